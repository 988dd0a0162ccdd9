#!/usr/bin/env python3
"""Random templates with ansible-core's answers, one JSON object a line.

  generate.py VENV [COUNT] [SEED] > ../Goldens/differential.jsonl

VENV holds ansible-core 2.19; this script starts itself again with its Python. Expectations: {"value": v} with
what JSON has no form for as {"$": type, "v": …}, or {"kind": k} for a mistake of that kind.
"""
import json, math, os, random, sys

VARIABLES = {
    "n": 42, "neg": -7, "f": 2.5, "s": "hello World", "e": "", "u": "Ünï☃", "t": True, "fa": False, "z": None,
    "l": [3, 1, 2], "ls": ["b", "a", "C"], "le": [], "m": [1, "a", None, True, 2.5], "d": {"b": 2, "a": 1}, "de": {},
    "nested": {"x": {"y": [10, 20, {"w": "deep"}]}, "k": "v"}, "rows": [{"n": "x", "v": 2}, {"n": "y", "v": 1}],
    "lazy": "{{ n + 1 }}", "lazylist": ["{{ n }}", "{{ s | upper }}", "{{ nope }}"], "lazydict": {"a": "{{ l }}", "b": "{{ nope }}"},
    "big": 123456789012345678901234567890, "text": "a,b,,c", "pad": "  x y\t",
}
NAMES = [n for n in VARIABLES if n not in ("lazylist", "lazydict")]


class Generator:
    def __init__(self, seed): self.r = random.Random(seed); self.locals = []

    def pick(self, *choices): return self.r.choice(choices)

    def name(self):
        roll = self.r.random()
        if self.locals and roll < 0.35: return self.r.choice(self.locals)
        if roll > 0.97: return self.pick("nope", "nested.nope", "lazydict.b", "lazylist[2]")
        return self.r.choice(NAMES)

    def literal(self):
        return self.pick("0", "1", "-3", "7", "2.0", "0.5", "1e3", "10", "'a'", "'x y'", "''", "\"it's\"", "'%s-%s'", "'{}'", "true", "false", "none",
                         "[]", "[1, 2]", "['a', n]", "{}", "{'k': 1}", "(1, 2)", "{'a': l, 'b': s}", "[[1, 'x'], [2, 'y']]", "'3'", "100000000000000000000")

    def expression(self, depth=3):
        if depth <= 0: return self.literal() if self.r.random() < 0.4 else self.name()
        kind = self.r.randrange(16); e = lambda: self.expression(depth - 1)
        if kind < 3: return f"{e()} {self.pick('+', '-', '*', '/', '//', '%', '~', '~', '+')} {e()}"
        if kind == 3: return f"{e()} {self.pick('==', '!=', '<', '<=', '>', '>=', 'in', 'not in')} {e()}"
        if kind == 4: return f"{e()} {self.pick('and', 'or')} {e()}"
        if kind == 5: return f"({e()} if {e()} else {e()})"
        if kind == 6: return f"not {e()}"
        if kind == 7: return f"({e()})"
        if kind == 8: return f"{self.name()}{self.subscript()}"
        if kind in (9, 10): return self.method(e)
        if kind in (11, 12): return f"({e()}) | {self.filter(e)}"
        if kind == 13: return f"{e()} is {self.pick('', 'not ')}{self.pick('defined', 'undefined', 'none', 'string', 'number', 'mapping', 'iterable', 'sequence', 'odd', 'even', 'boolean')}"
        if kind == 14: return f"[{e()}, {e()}]"
        return f"{{'k': {e()}, 'j': {e()}}}"

    def subscript(self):
        return self.pick("[0]", "[-1]", "[1:]", "[:2]", "[::-1]", ".a", "['b']", ".x.y", ".x['y'][2].w", "[5]", "[n]", "[1:-1]", ".0", "[::2]", "['nope']")

    def method(self, e):
        text = self.pick("s", "u", "text", "pad", "'a-b'", "e")
        call = self.pick("upper()", "lower()", "title()", "capitalize()", "strip()", "lstrip()", "split()", "split(',')", "rsplit(',', 1)", "replace('l', 'L')", "startswith('h')",
                         "endswith('d')", "find('o')", "count('l')", "zfill(14)", "center(15, '.')", "ljust(8)", "rjust(14)", "partition(',')", "splitlines()", "isdigit()",
                         "isalpha()", "swapcase()", "join(ls)", "format(n)", "index('b')", "title().split()", "removeprefix('he')", "strip('hd')", "islower()", "istitle()", "casefold()")
        other = self.pick("d.items() | list", "d.keys() | list", "d.values() | list", "d.get('a')", "d.get('q', n)", "nested.get('x').get('y')", "d.copy()", "l.index(2)",
                          "ls.copy()", "'{}:{}'.format(n, s)", "'{0:>5}|{1:<4}|'.format(n, neg)", "'{:.2f}'.format(f)", "'%05d %s' % (n, l)", "'%.1f%%' % f", "'%r' % s", "'{a}-{b}'.format(**d)",
                          "'{:,}'.format(big)", "'%x %o %e' % (n, n, f)", "n.bit_length()", "f.is_integer()", "d.pop('a')", "l.pop()", "ls.append(1) or ls", "d.update(k=1) or d")
        return f"{text}.{call}" if self.r.random() < 0.6 else other

    def filter(self, e):
        return self.pick("default('dd')", "default('dd', true)", "upper", "lower", "length", "string", "int", "float", "list", "first", "last", "join('-')", "trim", "replace('a', 'b')", "abs", "sort", "type_debug",
                         "d(1)", "title", "bool", "sum", "max", "min", "reverse | list", "unique | list", "to_json", "dictsort", "map('upper') | list", "select('defined') | list")

    def statement(self, depth=2):
        kind = self.r.randrange(12); e = self.expression
        if kind < 3 or depth <= 0: return f"{{{{ {e(2)} }}}}"
        if kind == 3: return self.pick("text ", "\n", " - ", "x\n")
        if kind == 4: return f"{{% if {e(2)} %}}{self.body(depth)}{{% elif {e(1)} %}}{self.body(depth)}{{% else %}}{self.body(depth)}{{% endif %}}"
        if kind in (5, 6):
            name = self.pick("i", "j", "k"); source = self.pick("l", "ls", "range(3)", "m", "rows", "d", "s", "[[1, 2], [3, 4]]", "le", "d.items()", "lazylist[:2]", e(1))
            self.locals.append(name); body = self.body(depth)
            extra = self.pick("", "", "{{ loop.index }}", "{{ loop.last }},", "{{ loop.cycle('a', 'b') }}", "{{ loop.length - loop.index0 }}", "{{ loop.previtem | default('-') }}", "{% if not loop.last %}, {% endif %}")
            self.locals.pop()
            test = self.pick("", "", "", f" if {name}", f" if {name} is not none")
            return f"{{% for {name} in {source}{test} %}}{body}{extra}{self.pick('', '', '{% else %}none')}{{% endfor %}}"
        if kind == 7: return f"{{% set v = {e(2)} %}}{{{{ v }}}}{self.pick('', ' ', '|')}{{{{ v | default(0) }}}}"
        if kind == 8: return f"{{% set c %}}{self.body(depth)}{{% endset %}}{{{{ c }}}}"
        if kind == 9: return f"{{% macro mm(a, b={self.literal()}) %}}{{{{ a }}}}{self.pick('', '/')}{{{{ b }}}}{{% endmacro %}}{{{{ mm({e(1)}) }}}}"
        if kind == 10: return f"{{% with w = {e(1)} %}}{{{{ w }}}}{self.body(depth)}{{% endwith %}}"
        return f"{{% set ns = namespace(x={self.literal()}) %}}{{% for q in l %}}{{% set ns.x = q %}}{{% endfor %}}{{{{ ns.x }}}}"

    def body(self, depth): return self.pick("", " ", "\n") + "".join(self.statement(depth - 1) for _ in range(self.r.randint(1, 2)))

    def template(self):
        self.locals = []
        roll = self.r.random()
        if roll < 0.5: return f"{{{{ {self.expression(self.r.randint(1, 3))} }}}}" + self.pick("", "", "", "\n", " ")
        return "".join(self.statement() for _ in range(self.r.randint(1, 3))) + self.pick("", "", "\n", "\n\n")


def encode(v):
    if isinstance(v, bool) or v is None: return v
    if isinstance(v, str): return str(v)
    if isinstance(v, int): return int(v)
    if isinstance(v, float): return v if math.isfinite(v) else {"$": "float", "v": repr(v)}
    if isinstance(v, (list, tuple)): return [encode(x) for x in v]
    if isinstance(v, dict):
        if all(isinstance(k, str) for k in v): return {str(k): encode(x) for k, x in v.items()}
        return {"$": "dict", "v": [[encode(k), encode(x)] for k, x in v.items()]}
    raise ValueError(type(v).__name__)


def main():
    if not os.environ.get("DIFFERENTIAL_INSIDE"):
        python = os.path.join(sys.argv[1], "bin", "python")
        os.execve(python, [python, __file__] + sys.argv[1:], dict(os.environ, DIFFERENTIAL_INSIDE="1", ANSIBLE_DEPRECATION_WARNINGS="0", ANSIBLE_SYSTEM_WARNINGS="0"))
    from ansible import errors
    from ansible.parsing.dataloader import DataLoader
    from ansible.template import Templar, trust_as_template
    def trust(v):
        if isinstance(v, str): return trust_as_template(v)
        if isinstance(v, list): return [trust(x) for x in v]
        return {k: trust(x) for k, x in v.items()} if isinstance(v, dict) else v
    def kind(error):
        name = type(error).__name__
        return {"AnsibleUndefinedVariable": "undefined", "AnsibleTemplateSyntaxError": "syntax", "AnsibleTemplatePluginRuntimeError": "plugin", "AnsibleTemplatePluginNotFoundError": "syntax", "AnsibleValueOmittedError": "omitted"}.get(name, "template")
    count, seed = int((sys.argv + ["", "2400"])[3] if len(sys.argv) < 3 else sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    generator, seen, loader = Generator(seed), set(), DataLoader()
    mistakes = 0
    while len(seen) < count:
        template = generator.template()
        if template in seen or len(template) > 400 or "0x" in template: continue
        try: expect = {"value": encode(Templar(loader=loader, variables=trust(VARIABLES)).template(trust_as_template(template)))}
        except errors.AnsibleError as error: expect = {"kind": kind(error)}
        except (ValueError, RecursionError, OverflowError): continue
        if len(json.dumps(expect)) > 2000 or " at 0x" in json.dumps(expect) or "bound method" in json.dumps(expect) or "builtin_function" in json.dumps(expect): continue
        if "kind" in expect:
            # Mistakes are instructive, but three of four templates should render.
            if mistakes * 4 > len(seen): continue
            mistakes += 1
        seen.add(template)
        print(json.dumps({"template": template, **expect}, ensure_ascii=False))


if __name__ == "__main__":
    if sys.argv[1:] == ["variables"]: print(json.dumps(VARIABLES))
    else: main()

#!/usr/bin/env python3
"""Writes the variables of the template benchmarks, and times Jinja2 on them: measure.py variables | measure.py jinja2"""
import json, os, sys, time

HERE = os.path.dirname(os.path.abspath(__file__))


def variables():
    hosts = [{"name": f"web{n:04}", "address": f"10.0.{n // 250}.{n % 250}", "alias": f"ALIAS{n}" if n % 3 else ""} for n in range(1000)]
    ups = [{"name": f"app{u}", "servers": [{"host": f"10.1.{u}.{s}", "port": 8000 + s, **({"weight": s} if s % 2 else {})} for s in range(6)]} for u in range(5)]
    locations = [{"path": f"/p{n}", **({"upstream": f"app{n % 5}", "headers": {"X-A": n, "X-B": "b"}} if n % 2 else {"expires": "2h"})} for n in range(4)]
    sites = [{"names": [f"www{n}.example.com", f"{n}.example.com"], "root": f"/srv/{n}", "ssl": bool(n % 2), "locations": locations} for n in range(6)]
    return {"managed_note": "managed", "nginx": {"workers": 4, "connections": 1024, "multi_accept": True, "keepalive": 65, "tokens": False},
            "upstreams": ups, "sites": sites, "hosts": hosts, "domain": "example.com", "host": hosts[7], "port": 80, "index": 3}


def jinja2():
    import jinja2 as j
    env = j.Environment(trim_blocks=True, keep_trailing_newline=True, undefined=j.StrictUndefined)
    for name, rounds in ("nginx.conf.j2", 200), ("line.j2", 10000), ("hosts.j2", 20):
        with open(os.path.join(HERE, name)) as file: template = env.from_string(file.read())
        values = variables(); size = len(template.render(values)); start = time.perf_counter()
        for _ in range(rounds): template.render(values)
        print(f"{name} {(time.perf_counter() - start) / rounds * 1e6:.1f} us {size} bytes")


if __name__ == "__main__":
    print(json.dumps(variables())) if sys.argv[1:] != ["jinja2"] else jinja2()

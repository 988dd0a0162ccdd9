#!/usr/bin/env python3
"""Renders the template benchmarks with drover and with Jinja2 in CPython, in turns, and prints medians of CPU time and ratios.

measure.py DRIVER [ROUNDS]: DRIVER is the release build of template-benchmark. Both must write the same bytes.
"""
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import jinja2

HERE = os.path.dirname(os.path.abspath(__file__))
# Template, how often it is rendered in one measurement, how many times its input is repeated.
CASES = [
    ("nginx.conf.j2", 100, 1),
    ("line.j2", 10000, 1),
    ("hosts.j2", 20, 1),
    ("hosts.j2", 20, 2),
    ("hosts.j2", 20, 4),
]


def locations(site):
    for n in range(5):
        location = {"path": f"/p{n}"}
        if n % 2:
            location |= {"upstream": f"app{(site + n) % 5}", "headers": {"X-A": n, "X-B": "b"}, "websocket": n == 3}
            if n == 1:
                location["limit"] = {"zone": "api", "burst": 20, "nodelay": True}
        elif n == 2:
            location |= {"alias": f"/srv/files/{site}/", "autoindex": True}
        else:
            location["expires"] = "2h"
        yield location


def site(n):
    values = {"names": [f"www{n}.example.com", f"{n}.example.com"], "root": f"/srv/{n}", "ssl": bool(n % 2)}
    values["locations"] = list(locations(n))
    if n % 3 == 0:
        values["headers"] = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff"}
        values["error_pages"] = [{"codes": [500, 502, 503], "target": "/50x.html"}]
        values["allow"] = ["10.0.0.0/8", "192.168.0.0/16"]
    if n == 4:
        values["auth"] = {"realm": "Staff", "file": "/etc/nginx/htpasswd"}
    return values


def variables(factor):
    hosts = [
        {"name": f"web{n:04}", "address": f"10.0.{n // 250}.{n % 250}", "alias": f"ALIAS{n}" if n % 3 else ""}
        for n in range(1000 * factor)
    ]
    servers = [{"host": f"10.1.0.{s}", "port": 8000 + s, **({"weight": s} if s % 2 else {})} for s in range(6)]
    ciphers = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"]
    return {
        "managed_note": "managed",
        "nginx": {
            "workers": 4, "connections": 1024, "multi_accept": True, "keepalive": 65, "tokens": False,
            "timeouts": {"body": 12, "header": 12, "send": 10}, "log_folder": "/var/log/nginx", "error_level": "WARN",
            "status_port": 8081,
        },
        "tls": {
            "protocols": ["TLSv1.2", "TLSv1.3"], "ciphers": ciphers, "prefer_server_ciphers": False,
            "stapling": True, "resolvers": ["1.1.1.1", "9.9.9.9"], "hsts_age": 63072000, "hsts_subdomains": True,
        },
        "log_formats": [{"name": "main", "parts": ["$remote_addr - $remote_user ", "\"$request\" $status"]}],
        "gzip": {"enabled": True, "level": 5, "min_length": 256, "types": ["text/css", "text/plain", "image/svg+xml"]},
        "limit_zones": [{"key": "$binary_remote_addr", "name": "api", "size": "10m", "rate": 10}],
        "maps": [{"source": "$http_upgrade", "target": "$connection_upgrade", "entries": {"''": "close", "~*": "on"}}],
        "upstreams": [{"name": f"app{u}", "servers": servers} for u in range(5)],
        "sites": [site(n) for n in range(6)],
        "hosts": hosts, "domain": "example.com", "host": hosts[7], "port": 80, "index": 3,
    }


def time_jinja2(template, values, rounds):
    text = template.render(values)
    start = time.process_time()
    for _ in range(rounds):
        template.render(values)
    return (time.process_time() - start) / rounds * 1e6, hashlib.sha256(text.encode()).hexdigest()


def time_drover(driver, path, values, rounds):
    answer = subprocess.run([driver, path, values, str(rounds)], check=True, capture_output=True, text=True).stdout
    microseconds, digest = answer.split()
    return float(microseconds), digest


def environment():
    env = jinja2.Environment(trim_blocks=True, keep_trailing_newline=True, undefined=jinja2.StrictUndefined)
    # The one filter of Ansible's that the templates use.
    env.filters["ternary"] = lambda value, true, false: true if value else false
    return env


def main(driver, turns=5):
    print(f"jinja2 {jinja2.__version__}, CPython {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f}")
    print(f"{'medians of ' + str(turns):24}{'drover':>14}{'jinja2':>14}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for name, rounds, factor in CASES:
            path, values = os.path.join(HERE, name), variables(factor)
            file = os.path.join(folder, "variables.json")
            with open(file, "w") as output:
                json.dump(values, output)
            with open(path) as source:
                template = environment().from_string(source.read())
            pairs = [(time_drover(driver, path, file, rounds), time_jinja2(template, values, rounds)) for _ in range(turns)]
            for ours, theirs in pairs:
                if ours[1] != theirs[1]:
                    sys.exit(f"{name}: drover and Jinja2 write different bytes")
            ours, theirs = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
            title = f"{name} x{factor}" if factor > 1 else name
            print(f"{title:24}{ours:11.1f} us{theirs:11.1f} us{theirs / ours:8.1f}x")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

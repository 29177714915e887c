"""Lookups in Python, three ways: lookups.py pool|threads|aiohttp BASE CA COUNT IN_FLIGHT.

`pool` is what customs integrations commonly are: a process pool, a new connection for each question, and the SOAP client
loaded beside it. Exit code 1 unless every question was answered.
"""

import sys

PATH = "cargCsclPrgsInfoQry/retrieveCargCsclPrgsInfo"


def url(base, i):
    return f"{base}/{PATH}?crkyCn=k&cargMtNo=26PEER{i:09d}"


def has_status(body):
    from lxml import etree

    return etree.fromstring(body).findtext(".//csclPrgsStts") is not None


def ask_anew(job):
    base, ca, i = job
    import requests

    return has_status(requests.get(url(base, i), timeout=20, verify=ca).content)


def pool(base, ca, count, in_flight):
    import multiprocessing

    import zeep  # noqa: F401

    with multiprocessing.Pool(in_flight) as workers:
        return sum(workers.imap_unordered(ask_anew, ((base, ca, i) for i in range(count)), chunksize=1))


def threads(base, ca, count, in_flight):
    import threading
    from concurrent.futures import ThreadPoolExecutor

    import requests

    kept = threading.local()

    def ask(i):
        session = getattr(kept, "session", None)
        if session is None:
            session = kept.session = requests.Session()
            session.verify = ca
        return has_status(session.get(url(base, i), timeout=20, verify=ca).content)

    with ThreadPoolExecutor(in_flight) as workers:
        return sum(workers.map(ask, range(count)))


def aiohttp(base, ca, count, in_flight):
    import asyncio
    import ssl

    import aiohttp as http

    async def main():
        context = ssl.create_default_context(cafile=ca)
        numbers = iter(range(count))
        found = 0
        connector = http.TCPConnector(limit=in_flight, ssl=context)
        async with http.ClientSession(connector=connector, timeout=http.ClientTimeout(total=20)) as session:

            async def work():
                nonlocal found
                for i in numbers:
                    async with session.get(url(base, i)) as response:
                        body = await response.read()
                    found += has_status(body)

            await asyncio.gather(*[work() for _ in range(in_flight)])
        return found

    return asyncio.run(main())


if __name__ == "__main__":
    mode, base, ca, count, in_flight = sys.argv[1:]
    found = {"pool": pool, "threads": threads, "aiohttp": aiohttp}[mode](base, ca, int(count), int(in_flight))
    if found != int(count):
        sys.exit(f"{found} of {count} questions were answered")

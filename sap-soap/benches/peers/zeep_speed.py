"""What zeep costs, in a fresh process: zeep_speed.py load WSDL | read WSDL REPLY | write WSDL ROWS -> one line of JSON.

CPU seconds are those of the call alone: no import, no network, no reading of files. `cargo bench -p sap-soap --bench bars` runs this.
"""

import json
import logging
import resource
import sys
import time

import requests
import zeep
from lxml import etree

logging.disable(logging.CRITICAL)


class Answer(zeep.transports.Transport):
    """Answers every call with the same bytes."""

    body = b""

    def post(self, address, message, headers):
        response = requests.Response()
        response.status_code = 200
        response.headers["Content-Type"] = "text/xml; charset=utf-8"
        response._content = self.body
        return response


def row(i):
    return dict(Mblnr="%010d" % (i % 1000), Mjahr="2024", Zeile="0001", Biaos="S", Bldat="2024-05-17", Werks="1000", Zxmwz="",
                Matnr="%018d" % (i % 1000), Maktx="Schraube & Mutter", Matkl="001", Menge="12.5", Mseht="EA", Dmbtr="90.56",
                Kostl="0000004711", Waers="EUR")


def main():
    mode, wsdl = sys.argv[1:3]
    transport = Answer()
    start = time.process_time()
    client = zeep.Client(wsdl, transport=transport, settings=zeep.Settings(xml_huge_tree=True))
    cpu = time.process_time() - start
    rows = 0
    if mode == "read":
        with open(sys.argv[3], "rb") as file:
            transport.body = file.read()
        start = time.process_time()
        answer = client.service.ZmmfmDeliveryOrder(IDate="2024-05-17", TItem={"item": []})
        cpu = time.process_time() - start
        # zeep hands over what is inside where there is only one thing: here the rows themselves.
        rows = len(answer)
    elif mode == "write":
        items = [row(i) for i in range(int(sys.argv[3]))]
        start = time.process_time()
        message = client.create_message(client.service, "ZmmfmDeliveryOrder", IDate="2024-05-17", TItem={"item": items})
        body = etree.tostring(message)
        cpu = time.process_time() - start
        rows = body.count(b"<item>")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "rows": rows, "peak": peak, "version": zeep.__version__}))


main()

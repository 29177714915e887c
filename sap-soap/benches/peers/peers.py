"""What zeep does with each case of cases.json: peers.py [--record]. `pip install zeep` first.

Prints a line for each; the exit code says whether one differs from what is recorded there (and stands in the README).
"""

import base64
import json
import logging
import pathlib
import sys

import requests
import zeep
from lxml import etree

HERE = pathlib.Path(__file__).parent
logging.disable(logging.CRITICAL)


class Answer(zeep.transports.Transport):
    """Answers every call with what the case says."""

    reply = None

    def post(self, address, message, headers):
        response = requests.Response()
        response.status_code = self.reply["status"]
        response.headers["Content-Type"] = self.reply["type"]
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        body = self.reply.get("body")
        response._content = base64.b64decode(self.reply["base64"]) if body is None else body.encode()
        return response


def plain(value):
    if value is None or isinstance(value, (str, int)):
        return value
    try:
        value = zeep.helpers.serialize_object(value, dict)
    except Exception:
        pass
    return json.loads(json.dumps(value, default=str))


def run(client, case):
    try:
        if "request" in case:
            message = client.create_message(client.service, "ZQuirks", **case["request"])
            body = etree.tostring(message, encoding="unicode")
            return "sent: " + body.split("mc-style\">", 1)[-1].split("</ns0:ZQuirks>")[0]
        client.transport.reply = case["reply"]
        answer = client.service.ZQuirks(ItRows={"item": []})
        if answer is None:
            return "value: null"
        found = [plain(answer[field] if field in answer else "(nothing)") for field in case["look"]]
        return "value: " + json.dumps(found, ensure_ascii=False)
    except Exception as error:
        text = " ".join(str(error).split())
        return f"error: {type(error).__name__}: {text[:70]}"


def main():
    cases = json.loads((HERE / "cases.json").read_text())
    client = zeep.Client(str(HERE / "../../tests/data/quirks.wsdl"), transport=Answer())
    print("zeep", zeep.__version__)
    differ = 0
    for case in cases:
        found = run(client, case)
        same = case.get("zeep_found") == found
        differ += not same
        print(f"{'  ' if same else '!='} {case['name']}: {found}")
        case["zeep_found"] = found
    if "--record" in sys.argv:
        (HERE / "cases.json").write_text(json.dumps(cases, ensure_ascii=False, indent=1) + "\n")
        return 0
    return 1 if differ else 0


sys.exit(main())

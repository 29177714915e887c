"""One piece of work of a SOAP reader of Python's, in a process of its own. It prints nothing that is believed: a wrong
result is an exit code, the cost is measured from outside.

    sap.py import
    sap.py load WSDL TIMES
    sap.py read WSDL REPLY OPERATION TABLE ROWS
    sap.py write WSDL OPERATION TABLE ROWS
    sap.py lxml|iterparse|expat REPLY ROWS
"""

import sys


def client(wsdl):
    import zeep

    return zeep.Client(wsdl, settings=zeep.Settings(xml_huge_tree=True))


def load(wsdl, times):
    import zeep  # noqa: F401  (the import is not what is measured)

    for _ in range(int(times)):
        client(wsdl)


def read(wsdl, reply, operation, table, rows):
    """Objects from a reply, as a call gives them; without the network."""
    import requests

    made = client(wsdl)
    bound = made.service._binding
    response = requests.Response()
    response.status_code = 200
    response.headers["Content-Type"] = "text/xml; charset=utf-8"
    with open(reply, "rb") as file:
        response._content = file.read()
    answer = bound.process_reply(made, bound.get(operation), response)
    found = len(answer[table].item)
    assert found == int(rows), found


def write(wsdl, operation, table, rows):
    from lxml import etree

    made = client(wsdl)
    items = [
        dict(
            Mblnr="%010d" % i, Mjahr="2024", Zeile="0001", Biaos="S", Bldat="2024-05-17", Werks="1000", Zxmwz="",
            Matnr="%018d" % i, Maktx="Schraube & Mutter", Matkl="001", Menge="12.5", Mseht="EA", Dmbtr="90.56",
            Kostl="0000004711", Waers="EUR",
        )
        for i in range(int(rows))
    ]
    message = made.create_message(made.service, operation, **{"IDate": "2024-05-17", table: {"item": items}})
    assert len(etree.tostring(message)) > 300 * int(rows)


def lxml(reply, rows):
    from lxml import etree

    tree = etree.parse(reply, etree.XMLParser(huge_tree=True))
    found = sum(1 for _ in tree.iter("item"))
    assert found == int(rows), found


def iterparse(reply, rows):
    """Rows as dictionaries, in constant memory: the best that Python does by hand."""
    from lxml import etree

    found = 0
    for _, element in etree.iterparse(reply, events=("end",), tag="item", huge_tree=True):
        row = {field.tag: field.text for field in element}
        assert len(row) == 15
        found += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    assert found == int(rows), found


def expat(reply, rows):
    from xml.parsers import expat as parser

    reader = parser.ParserCreate(namespace_separator="}")
    with open(reply, "rb") as file:
        reader.ParseFile(file)


def main(mode, *args):
    if mode == "import":
        import zeep  # noqa: F401
    else:
        {"load": load, "read": read, "write": write, "lxml": lxml, "iterparse": iterparse, "expat": expat}[mode](*args)


main(*sys.argv[1:])

"""Validates SOAP requests against the schemas of their WSDL with libxml2, which knows nothing of this crate.

Standard input: {"folder": "...", "files": [{"file": "a/b.wsdl", "operations": [{"name", "envelope"} or {"name", "problem"}]}]}
Standard output: {"operations", "valid", "unresolvable": [[file, operation, documents that are not there], ...], "errors": [...]}

The operations are counted here once more, from the files: one that was not tried is an error, and so is a problem that
was reported although all that the operation needs is there. (An operation whose request is no single element is rpc or
has none; it is valid if its body is empty.)
"""

import json
import os
import sys
import tempfile

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"
XML = "http://www.w3.org/XML/1998/namespace"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
ENVELOPES = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
XML_SCHEMA = f"""<xs:schema xmlns:xs="{XS}" targetNamespace="{XML}"><xs:attribute name="lang" type="xs:string"/>
<xs:attribute name="space" type="xs:string"/><xs:attribute name="base" type="xs:anyURI"/><xs:attribute name="id" type="xs:ID"/></xs:schema>"""


def xs(name):
    return f"{{{XS}}}{name}"


def wsdl(name):
    return f"{{{WSDL}}}{name}"


class Description:
    """A WSDL with what it imports."""

    def __init__(self, path):
        self.roots = []
        self.absent = []
        self._load(path, set())

    def _load(self, path, seen):
        path = os.path.normpath(path)
        if path in seen:
            return
        seen.add(path)
        if not os.path.exists(path):
            self.absent.append(path)
            return
        root = etree.parse(path).getroot()
        self.roots.append(root)
        links = [e.get("location") for e in root.iter(wsdl("import"))]
        links += [e.get("schemaLocation") for e in root.iter(xs("import"), xs("include"))]
        for link in filter(None, links):
            self._load(os.path.join(os.path.dirname(path), link), seen)

    def operations(self):
        """Operation -> the element of its request."""
        messages = {}
        headers = {}
        for root in self.roots:
            for header in root.iter(*(f"{{{WSDL}{soap}/}}header" for soap in ("soap", "soap12"))):
                headers.setdefault(header.get("message").split(":")[-1], set()).add(header.get("part"))
        for root in self.roots:
            for message in root.iter(wsdl("message")):
                parts = message.findall(wsdl("part"))
                parts = [p for p in parts if p.get("name") not in headers.get(message.get("name"), ())]
                messages[message.get("name")] = resolve(parts[0], parts[0].get("element")) if len(parts) == 1 else None
        found = {}
        for root in self.roots:
            for operation in root.iter(wsdl("operation")):
                if operation.getparent().tag == wsdl("portType"):
                    request = operation.find(wsdl("input"))
                    message = request.get("message").split(":")[-1] if request is not None else None
                    found[operation.get("name")] = messages.get(message)
        return found

    def schemas(self):
        return [s for root in self.roots for s in root.iter(xs("schema"))]

    def broken(self):
        """Root declarations that need what no document declares. libxml2 refuses a whole schema for one of them."""
        tops = {}
        for schema in self.schemas():
            for child in schema:
                if isinstance(child.tag, str) and child.get("name"):
                    tops.setdefault(qualified(schema.get("targetNamespace"), child.get("name")), []).append(child)
        broken, before = set(), -1
        while len(broken) > before:
            before = len(broken)
            for top, declarations in tops.items():
                for e in (e for d in declarations for e in d.iter() if isinstance(e.tag, str)):
                    for reference in filter(None, (resolve(e, e.get(a)) for a in ("ref", "type", "base"))):
                        known = reference in tops or reference.startswith((f"{{{XS}}}", f"{{{XML}}}"))
                        if not known or reference in broken:
                            broken.add(top)
        return broken

    def validator(self, folder):
        """One schema that imports all namespaces; several schemas of one namespace are included side by side."""
        by_namespace = {}
        broken = self.broken()
        for schema in self.schemas():
            by_namespace.setdefault(schema.get("targetNamespace"), []).append(schema)
        name = {namespace: f"ns{i}.xsd" for i, namespace in enumerate(by_namespace)}
        driver = etree.Element(xs("schema"), nsmap={"xs": XS}, targetNamespace="urn:driver")
        for namespace, schemas in by_namespace.items():
            wrapper = etree.Element(xs("schema"), nsmap={"xs": XS})
            if namespace:
                wrapper.set("targetNamespace", namespace)
            for i, schema in enumerate(schemas):
                part = f"part{i}_{name[namespace]}"
                self._write(schema, namespace, name, os.path.join(folder, part), broken)
                etree.SubElement(wrapper, xs("include")).set("schemaLocation", part)
            etree.ElementTree(wrapper).write(os.path.join(folder, name[namespace]))
            link = etree.SubElement(driver, xs("import"))
            link.set("schemaLocation", name[namespace])
            if namespace:
                link.set("namespace", namespace)
        with open(os.path.join(folder, "xml.xsd"), "w", encoding="utf-8") as file:
            file.write(XML_SCHEMA)
        path = os.path.join(folder, "all.xsd")
        etree.ElementTree(driver).write(path)
        return etree.XMLSchema(etree.parse(path))

    @staticmethod
    def _write(schema, namespace, name, path, broken):
        copy = etree.fromstring(etree.tostring(schema))
        for child in list(copy):
            if (qualified(namespace, child.get("name")) if isinstance(child.tag, str) else None) in broken:
                copy.remove(child)
        imported = set()
        for link in list(copy.iter(xs("import"), xs("include"))):
            if link.tag == xs("include") or link.get("namespace") not in name:
                copy.remove(link)
            else:
                link.set("schemaLocation", name[link.get("namespace")])
                imported.add(link.get("namespace"))
        # References without an import are common; libxml2 insists on one.
        for used in set(copy.nsmap.values()) | {v for e in copy.iter() for v in e.nsmap.values()}:
            if used in name and used != namespace and used not in imported:
                link = etree.Element(xs("import"))
                link.set("namespace", used)
                link.set("schemaLocation", name[used])
                copy.insert(0, link)
        if any(e.get("ref", "").startswith("xml:") for e in copy.iter(xs("attribute"))):
            link = etree.Element(xs("import"), namespace=XML, schemaLocation="xml.xsd")
            copy.insert(0, link)
        etree.ElementTree(copy).write(path)


def resolve(element, qname):
    if qname is None:
        return None
    prefix, _, local = qname.rpartition(":")
    namespace = XML if prefix == "xml" else element.nsmap.get(prefix or None)
    return f"{{{namespace}}}{local}" if namespace else local


def qualified(namespace, name):
    return f"{{{namespace}}}{name}" if namespace else name


def main():
    job = json.load(sys.stdin)
    result = {"operations": 0, "valid": 0, "unresolvable": [], "errors": []}
    given = {entry["file"]: entry["operations"] for entry in job["files"]}
    for folder, _, files in sorted(os.walk(job["folder"])):
        for file in sorted(files):
            if not file.lower().endswith(".wsdl"):
                continue
            path = os.path.join(folder, file)
            description = Description(path)
            expected = description.operations()
            result["operations"] += len(expected)
            tried = {}
            for operation in given.get(path, []):
                tried.setdefault(operation["name"], []).append(operation)
            for missing in sorted(set(expected) - set(tried)):
                result["errors"].append(f"{file}: {missing} was not tried")
            if not tried:
                continue
            with tempfile.TemporaryDirectory() as work:
                validator = None
                for name, attempts in sorted(tried.items()):
                    if any("problem" in a for a in attempts):
                        if expected.get(name) is None or expected.get(name) in description.broken():
                            result["unresolvable"].append([path, name, description.absent])
                        else:
                            result["errors"].append(f"{file}: {name}: {attempts[0].get('problem')}")
                        continue
                    try:
                        validator = validator or description.validator(work)
                    except etree.XMLSchemaParseError as error:
                        result["errors"].append(f"{file}: libxml2 refuses the schema: {error}")
                        break
                    errors = []
                    for attempt in attempts:
                        envelope = etree.fromstring(attempt["envelope"].encode())
                        body = next(b for ns in ENVELOPES for b in envelope.iter(f"{{{ns}}}Body"))
                        if expected.get(name) is None and len(body) == 0:
                            continue
                        if len(body) != 1 or body[0].tag != expected.get(name):
                            errors.append(f"the body holds {[e.tag for e in body]}, expected {expected.get(name)}")
                        elif not validator.validate(etree.ElementTree(body[0])):
                            errors.extend(str(e) for e in list(validator.error_log)[:5])
                    if errors:
                        result["errors"].append(f"{file}: {name}: {errors}")
                    else:
                        result["valid"] += 1
    json.dump(result, sys.stdout)


main()

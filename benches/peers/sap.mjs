// node-soap reads a reply into objects, without the network: sap.mjs WSDL REPLY TABLE ROWS. It is found in NODE_PATH's place.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [wsdl, reply, table, rows] = process.argv.slice(2);
const soap = createRequire(process.cwd() + "/")("soap");
const client = await soap.createClientAsync(wsdl);
const body = client.wsdl.xmlToObject(readFileSync(reply, "utf8")).Body;
const answer = body[Object.keys(body)[0]];
const found = answer[table].item.length ?? 1;
if (found !== Number(rows) && !(Number(rows) === 1 && found === 1)) {
  throw new Error(`found ${found} rows, expected ${rows}`);
}

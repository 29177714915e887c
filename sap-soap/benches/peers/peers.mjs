// What node-soap does with each case of cases.json: node peers.mjs [--record], where `npm install soap` was run.
//
// Prints a line for each; the exit code says whether one differs from what is recorded there (and stands in the README).

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(join(process.cwd(), "package.json"));
const soap = require("soap");
const { version } = require("soap/package.json");

// What its own HTTP client hands over, on a transport that answers with the case's bytes.
let reply;
const axios = async (options) => {
  const bytes = reply.body === undefined ? Buffer.from(reply.base64, "base64") : Buffer.from(reply.body, "utf8");
  const data = options.responseType === "arraybuffer" ? bytes : bytes.toString("utf8");
  return { status: reply.status, statusText: "", headers: { "content-type": reply.type }, data, config: options, request: {} };
};

const shorten = (text) => text.replace(/\s+/g, " ").trim().slice(0, 70);

const sent = (client) => "sent: " + client.lastRequest.split("<tns:ZQuirks>").pop().split("</tns:ZQuirks>")[0];

async function run(client, test) {
  reply = test.reply ?? { status: 202, type: "text/xml", body: "" };
  try {
    const [result] = await client.ZQuirksAsync(test.request ?? { ItRows: { item: [] } });
    if (test.request) return sent(client);
    if (result === null || result === undefined) return "value: null";
    return "value: " + JSON.stringify(test.look.map((field) => (field in Object(result) ? result[field] : "(nothing)")));
  } catch (error) {
    if (test.request && client.lastRequest) return sent(client);
    const first = error.root?.Envelope?.Body?.Fault?.faultstring ?? error.message ?? JSON.stringify(error);
    return `error: ${error.constructor.name}: ${shorten(String(first))}`;
  }
}

const file = join(here, "cases.json");
const cases = JSON.parse(readFileSync(file, "utf8"));
const client = await soap.createClientAsync(join(here, "../../tests/data/quirks.wsdl"), { request: axios });
console.log("node-soap", version);
let differ = 0;
for (const test of cases) {
  const found = await run(client, test);
  const same = test.node_soap_found === found;
  differ += same ? 0 : 1;
  console.log(`${same ? "  " : "!="} ${test.name}: ${found}`);
  test.node_soap_found = found;
}
if (process.argv.includes("--record")) {
  writeFileSync(file, JSON.stringify(cases, null, 1) + "\n");
  process.exit(0);
}
process.exit(differ ? 1 : 0);

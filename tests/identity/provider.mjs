// A municipality's provider of sign-in, as Entra ID is one: the certified oidc-provider, with people of its own.
//
// Authorization code with PKCE only, a client with a secret, pairwise subjects, its own sessions, a sign-in page and a
// page of consent. Claims of a scope are told at userinfo, as OpenID Connect Core says (5.4); with `in_token` they
// stand in the ID token instead, as Entra's optional claims do.
//
// It begins with one argument, JSON: {"modules", "host", "client", "secret", "back", "in_token"}. It writes its issuer on a line,
// then obeys lines of JSON from stdin, answering each with "{}": {"people": {name: claims}} says whom it knows and
// what it tells of them; {"keys": "new"} lets it sign with new keys from now on. It ends when stdin does.

import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

console.info = console.warn = console.error; // stdout is for answers only

const given = JSON.parse(process.argv[2]);
const { Provider } = await import(pathToFileURL(`${given.modules}/oidc-provider/lib/index.js`));
const salt = randomBytes(16).toString("hex");
const cookieKeys = [randomBytes(32).toString("hex")];
let people = {};
let issuer = "";
let provider = null;

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: randomBytes(8).toString("hex"), use: "sig", alg: "RS256" };
}

// A provider with keys of now; what it keeps (sessions, codes, consents) lives as long as the process.
function build() {
  return new Provider(issuer, {
    clients: [
      {
        client_id: given.client,
        client_secret: given.secret,
        redirect_uris: [given.back],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        subject_type: "pairwise",
      },
    ],
    responseTypes: ["code"],
    scopes: ["openid", "email"],
    claims: { openid: ["sub"], email: ["email", "email_verified"] },
    conformIdTokenClaims: !given.in_token,
    subjectTypes: ["pairwise"],
    pairwiseIdentifier: (_ctx, account, client) =>
      createHash("sha256").update(`${salt} ${client.sectorIdentifier} ${account}`).digest("hex"),
    pkce: { required: () => true },
    cookies: { keys: cookieKeys },
    jwks: { keys: [newKey()] },
    features: { devInteractions: { enabled: false }, userinfo: { enabled: !given.in_token } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) =>
      people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id].claims }) },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 600, Session: 3600, Grant: 3600 },
  });
}

const PAGES = {
  login: (wrong) => `<h1>Kommunens login</h1>${wrong ? '<p role="alert">Forkert adgangskode</p>' : ""}
    <label>Brugernavn <input name="username" autocomplete="username"></label>
    <label>Adgangskode <input name="password" type="password" autocomplete="current-password"></label>
    <button>Log ind</button>`,
  consent: () => "<h1>Tillad</h1><p>kdflow vil kende din mailadresse.</p><button>Tillad</button>",
};

function show(response, what, wrong = false) {
  const form = `<form method="post">${PAGES[what](wrong)} <button name="cancel" value="1">Annuller</button></form>`;
  response.writeHead(wrong ? 422 : 200, { "content-type": "text/html; charset=utf-8" });
  response.end(`<!doctype html><html lang="da"><title>Kommunens login</title><link rel="icon" href="data:,">${form}`);
}

async function typedIn(request) {
  let body = "";
  for await (const piece of request) body += piece;
  return new URLSearchParams(body);
}

async function consented({ session, params, prompt, grantId }) {
  const known = grantId && (await provider.Grant.find(grantId));
  const grant = known || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(" "));
  grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
  return { consent: { grantId: await grant.save() } };
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const { name } = details.prompt;
  if (request.method !== "POST") return show(response, name);
  const typed = await typedIn(request);
  if (typed.has("cancel")) return finish(request, response, { error: "access_denied" });
  if (name === "consent") return finish(request, response, await consented(details), true);
  const username = typed.get("username");
  if (typed.get("password") !== people[username]?.password) return show(response, name, true);
  return finish(request, response, { login: { accountId: username, amr: ["pwd"] } });
}

function finish(request, response, result, mergeWithLastSubmission = false) {
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission });
}

const server = createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) return provider.callback()(request, response);
  return interact(request, response).catch((error) => {
    response.writeHead(400, { "content-type": "text/plain" });
    response.end(String(error));
  });
});

server.listen(0, "127.0.0.1", () => {
  issuer = `http://${given.host}:${server.address().port}`;
  provider = build();
  console.log(issuer);
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const wanted = JSON.parse(line);
      if (wanted.people) people = wanted.people;
      if (wanted.keys) provider = build();
      console.log("{}");
    })
    .on("close", () => process.exit(0));
});

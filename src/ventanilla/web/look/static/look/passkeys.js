// Passkeys (WebAuthn): turns the browser's keys into what the server's form takes, and back. No inline code.
// <form data-passkey="create|get|login"> holds a hidden `credential`, a button [data-passkey-go] and a line for what
// went wrong [data-passkey-status], whose texts are data-refused, data-known and data-failed. Options stand as JSON in
// the element that data-options names; "login" fetches them from the form's address.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withIds = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

function creation(options, isPasswordless) {
  const key = { ...options.publicKey };
  key.challenge = bytes(key.challenge);
  key.user = { ...key.user, id: bytes(key.user.id) };
  key.excludeCredentials = withIds(key.excludeCredentials);
  key.authenticatorSelection = {
    ...key.authenticatorSelection,
    residentKey: isPasswordless ? "required" : "discouraged",
    requireResidentKey: isPasswordless,
    userVerification: isPasswordless ? "required" : key.authenticatorSelection?.userVerification ?? "preferred",
  };
  return { publicKey: key };
}

function request(options) {
  const key = { ...options.publicKey };
  key.challenge = bytes(key.challenge);
  key.allowCredentials = withIds(key.allowCredentials);
  return { publicKey: key };
}

function asJson(credential) {
  const { response } = credential;
  const told = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) told[name] = text(response[name]);
  }
  if (response.getTransports) told.transports = response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: told,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

async function optionsOf(form) {
  if (form.dataset.passkey !== "login") {
    const told = JSON.parse(document.getElementById(form.dataset.options).textContent);
    return told.creation_options ?? told.request_options;
  }
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    return navigator.credentials.create(creation(options, form.elements.passwordless?.checked ?? true));
  }
  return navigator.credentials.get(request(options));
}

function prepare(form) {
  const button = form.querySelector("[data-passkey-go]");
  const status = form.querySelector("[data-passkey-status]");
  const begin = async () => {
    if (!form.reportValidity() || button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    status.textContent = "";
    try {
      form.elements.credential.value = asJson(await ask(form));
      form.submit();
    } catch (problem) {
      const { refused, known, failed } = status.dataset;
      status.textContent = problem.name === "NotAllowedError" ? refused : problem.name === "InvalidStateError" ? known : failed;
      button.removeAttribute("aria-disabled");
    }
  };
  form.addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  form.hidden = false;
}

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach(prepare);
  document.querySelectorAll("[data-passkey-missing]").forEach((note) => { note.hidden = true; });
}

// Elements and words. Text from the collection enters the page here only, and as text.

const find = (id) => document.getElementById(id);

// An element: attributes, `on` handlers in an object, and children that are elements or texts.
function el(name, given = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (key === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(key, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

// Words of the collection: their own direction, their own language.
const told = (text, lang) => el("bdi", { dir: "auto", lang: lang || undefined }, text);

// A link out of the page; only to the web, whatever the collection says.
function away(uri, ...children) {
  if (!/^https?:\/\//i.test(uri)) return el("span", {}, ...children);
  return el("a", { href: uri, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const count = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many || one + "s"}`;
const percent = (share) => `${Math.floor(share * 100)} %`;
const short = (text, length) => (text.length > length ? text.slice(0, length - 1).trimEnd() + "…" : text);

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const monthFormat = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });
const day = (moment) => dayFormat.format(moment);
const minute = (moment) => `${day(moment)}, ${timeFormat.format(moment)} UTC`;

// No more exact than the page told it.
function date(story) {
  if (Number.isNaN(story.moment)) return "no date";
  if (story.when_is === "captured") return `captured ${minute(story.moment)}`;
  const text = story.published || "";
  if (/^\d{4}$/.test(text)) return text;
  if (/^\d{4}-\d\d$/.test(text)) return monthFormat.format(story.moment);
  return text.length > 10 ? minute(story.moment) : day(story.moment);
}

const digits = (datetime) => datetime.replace(/\D/g, "").slice(0, 14);
const replayOf = (uri, datetime) => (DATA.replay ? `${DATA.replay}${digits(datetime)}/${uri}` : "");
const rightToLeft = (text) => /^[^A-Za-zÀ-ɏͰ-ӿ]*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text);

let sayLater = 0;
function say(text) {
  clearTimeout(sayLater);
  sayLater = setTimeout(() => (find("say").textContent = text), 250);
}

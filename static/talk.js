// While a page is open it brings new messages, and their number in the menu. It asks with the version that it has, rests
// while nobody looks or there is no network, and comes less often while nothing is new or nobody answers. What is typed
// and where one is stay as they are.
(() => {
  const { url } = document.currentScript.dataset, list = document.querySelector("[data-news]");
  const count = document.querySelector("[data-unread]"), status = document.querySelector("[data-said]");
  const SOON = 10000, CALM = 60000, LATE = 300000;
  let pause = SOON, version = "", timer = 0, asks = false;

  const newest = () => list ? [...list.querySelectorAll("[data-ref]")].map((line) => line.dataset.ref).pop() || "" : "";
  const show = ({ html, unread, said }) => {
    if (list && html && list.dataset.news === "adds") list.insertAdjacentHTML("beforeend", html);
    else if (list && html && !list.contains(document.activeElement)) list.innerHTML = html;
    if (count) {
      count.hidden = !unread;
      count.firstElementChild.textContent = unread;
    }
    if (status && said) status.textContent = said;
  };
  const later = (wait) => {
    clearTimeout(timer);
    if (!document.hidden && navigator.onLine) timer = setTimeout(ask, wait);
  };
  const ask = () => {
    if (asks) return;
    asks = true;
    fetch(`${url}?after=${newest()}`, { headers: version ? { "If-None-Match": version } : {}, cache: "no-store", redirect: "error" })
      .then((answer) => {
        if (answer.status === 304) { pause = Math.min(pause * 1.2, CALM); return null; }
        if (!answer.ok) throw answer;
        return answer.json().then((news) => { version = answer.headers.get("ETag"); pause = SOON; show(news); });
      })
      .catch(() => { pause = Math.min(pause * 2, LATE); })
      .then(() => { asks = false; later(pause); });
  };
  document.addEventListener("visibilitychange", () => later(SOON / 10));
  addEventListener("online", () => later(SOON / 10));
  later(pause);
})();

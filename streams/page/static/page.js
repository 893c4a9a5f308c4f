// What needs no answer from the server: the keys of the search box, and dark or light.
(() => {
  const inside = (selector) => document.querySelector(`.tw-search ${selector}`);

  function theme() {
    const dark = !document.body.classList.contains("body--dark");
    Quasar.Dark.set(dark);
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `triplewire-theme=${dark ? "dark" : "light"}; Path=/; Max-Age=31536000; SameSite=Strict${secure}`;
  }

  function along(links, step) {
    const at = links.indexOf(document.activeElement);
    const next = at + step;
    if (next < 0) inside("input")?.focus();
    else links[Math.min(next, links.length - 1)]?.focus();
  }

  document.addEventListener("keydown", (event) => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      inside("input")?.focus();
      return;
    }
    if (!event.target.closest?.(".tw-search")) return;
    const links = [...document.querySelectorAll(".tw-results a")];
    if (event.key === "Escape") {
      inside("input")?.focus();
      document.querySelector(".tw-search").classList.add("tw-closed");
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      along(links, event.key === "ArrowDown" ? 1 : -1);
    } else {
      document.querySelector(".tw-search").classList.remove("tw-closed");
    }
  });

  window.triplewire = { theme };
})();

// Menus that open under a button, and the sheet of settings that comes up from below.

const open = new Set(); // of [button, panel, close]

/**
 * Have a button open and close a panel; a press on anything in it, elsewhere, or Escape closes it.
 *
 * @param isKept whether a press on something in the panel leaves it open
 * @param show what shows or hides the panel
 */
export function menu(button, panel, isKept = false, show = (isOpen) => (panel.hidden = !isOpen)) {
  const entry = { button, panel, isKept, close };
  function close(isBack = false) {
    open.delete(entry);
    button.setAttribute("aria-expanded", "false");
    show(false);
    if (isBack) button.focus({ preventScroll: true });
  }
  button.onclick = () => {
    if (open.has(entry)) return close();
    closeAll();
    open.add(entry);
    button.setAttribute("aria-expanded", "true");
    show(true);
  };
  if (!isKept) panel.addEventListener("click", (event) => event.target.closest("button") && close());
  return close;
}

export function closeAll() {
  for (const { close } of [...open]) close();
}

/** Close what is open; returns whether anything was. */
export function escape() {
  const [entry] = open;
  entry?.close(true);
  return Boolean(entry);
}

document.addEventListener("pointerdown", ({ target }) => {
  for (const { button, panel, close } of [...open]) {
    if (!panel.contains(target) && !button.contains(target)) close();
  }
}, true);

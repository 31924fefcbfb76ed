// The photos that were opened, as a strip below the picture.

const MOST = 40, SIDE = 144;

export class Photos {
  /**
   * @param strip an ol
   * @param onPick called with the photo that is to be shown
   */
  constructor(strip, onPick) {
    Object.assign(this, { strip, onPick, all: [] });
  }

  /** Add a photo that is shown: {file, page, name, url, record, rows}. */
  add(entry, element) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.setAttribute("aria-label", entry.name);
    button.title = entry.name;
    button.append(Object.assign(document.createElement("img"), { alt: "", src: small(element) }));
    button.onclick = () => this.onPick(entry);
    entry.item = document.createElement("li");
    entry.item.append(button);
    this.all.push(entry);
    this.strip.append(entry.item);
    if (this.all.length > MOST) this.drop(this.all[0]);
  }

  drop(entry) {
    URL.revokeObjectURL(entry.url);
    entry.item.remove();
    this.all = this.all.filter((other) => other !== entry);
  }

  /** Turn the small picture of a photo clockwise, as the photo is. */
  orient({ item }, turn) {
    const picture = item?.querySelector("img");
    picture?.style.setProperty("--turn", `${turn}deg`);
    picture?.classList.toggle("sideways", turn % 180 !== 0);
  }

  /** Mark the photo that is shown; null for none. */
  mark(entry) {
    this.strip.hidden = this.all.length < 2 || !entry;
    for (const { item } of this.all) item.firstChild.removeAttribute("aria-current");
    entry?.item?.firstChild.setAttribute("aria-current", "true");
    if (!this.strip.hidden) entry.item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  clear() {
    for (const entry of [...this.all]) this.drop(entry);
  }
}

/** A small picture of what an element shows, as a data address. */
function small(element) {
  const { naturalWidth: width, naturalHeight: height } = element;
  if (!width) return "icon.svg";
  const scale = Math.min(1, SIDE / Math.max(width, height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.ceil(width * scale), height: Math.ceil(height * scale) });
  canvas.getContext("2d").drawImage(element, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.7);
}

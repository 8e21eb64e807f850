// The few things that are done to the page again and again.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(child => child != null));
  return node;
}

/** Makes an element. */
export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/** Makes an element of a drawing. */
export const svg = (tag, attributes = {}, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

/** Sets a text where it is another one, so that nothing is drawn or read aloud anew for nothing. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or takes away an attribute where it is another one. */
export function mark(node, name, value) {
  if (value == null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Makes the children of a list those of its items: one an item, made once and updated each time, in the items' order. */
export function keep(list, items, key, make, update) {
  const known = new Map([...list.children].map(child => [child.dataset.key, child]));
  let at = list.firstElementChild;
  for (const item of items) {
    const id = String(key(item));
    let child = known.get(id);
    known.delete(id);
    if (!child) {
      child = make(item);
      child.dataset.key = id;
    }
    if (child === at) at = at.nextElementSibling;
    else list.insertBefore(child, at);
    update?.(child, item);
  }
  for (const child of known.values()) child.remove();
}

/** The modules behind `window.require`, under WhatsApp's own names. */
const modules = new Map();

export function define(name, module) {
  modules.set(name, module);
}

/** Puts `require` on the window; `onGap` hears the name of each module that somebody wanted in vain. */
export function exposeRequire(onGap) {
  window.require = (name) => {
    if (modules.has(name)) return modules.get(name);
    onGap(name);
    throw new Error(`the stand-in of WhatsApp has no module '${name}'`);
  };
}

/** Events, models and collections in the manner of Backbone, as far as the library listens to them. */
export class Emitter {
  #listeners = new Map();

  on(names, listener) {
    for (const name of names.split(' ')) {
      this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), listener]);
    }
    return this;
  }

  once(name, listener) {
    const heard = (...args) => {
      this.off(name, heard);
      listener(...args);
    };
    return this.on(name, heard);
  }

  off(name, listener) {
    this.#listeners.set(
      name,
      (this.#listeners.get(name) ?? []).filter((one) => one !== listener),
    );
    return this;
  }

  /** A listener that throws is told on the console, and the others still hear. */
  trigger(name, ...args) {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** Attributes are own properties; `set` tells `change:name` (model, value, previous) and `change`, here and in its collections. */
export class Model extends Emitter {
  #collections = new Set();

  constructor(attributes) {
    super();
    Object.assign(this, attributes);
  }

  set(patch) {
    const changed = Object.keys(patch).filter((name) => this[name] !== patch[name]);
    const previous = Object.fromEntries(changed.map((name) => [name, this[name]]));
    Object.assign(this, patch);
    for (const name of changed) this.#tell(`change:${name}`, this, this[name], previous[name]);
    if (changed.length > 0) this.#tell('change', this);
    return this;
  }

  /** Another id from now on; under the old one it is still found. */
  rename(id) {
    const former = this.id;
    this.id = id;
    for (const collection of this.#collections) collection.renamed(former, this);
  }

  joined(collection) {
    this.#collections.add(collection);
  }

  left(collection) {
    this.#collections.delete(collection);
  }

  #tell(name, ...args) {
    this.trigger(name, ...args);
    for (const collection of this.#collections) collection.trigger(name, ...args);
  }

  /** Own attributes as plain data, models among them too, collections as arrays. */
  serialize() {
    const entries = Object.entries(this).filter(([, value]) => typeof value !== 'function');
    return Object.fromEntries(
      entries.map(([name, value]) => [
        name,
        value instanceof Emitter && 'serialize' in value ? value.serialize() : value,
      ]),
    );
  }

  toJSON() {
    return this.serialize();
  }
}

export class Collection extends Emitter {
  #models = new Map();
  #formerKeys = new Map();
  #order;

  /** `order` compares two models; without it they stay as they came. */
  constructor(order = null) {
    super();
    this.#order = order;
  }

  get length() {
    return this.#models.size;
  }

  get(id) {
    const key = keyOf(id);
    return this.#models.get(key) ?? this.#models.get(this.#formerKeys.get(key));
  }

  renamed(former, model) {
    this.#models.delete(keyOf(former));
    this.#models.set(keyOf(model.id), model);
    this.#formerKeys.set(keyOf(former), keyOf(model.id));
  }

  /** An id that is here already stays as it is, and nobody is told: the first one wins. */
  add(model) {
    const present = this.get(model.id);
    if (present !== undefined) return present;
    this.#models.set(keyOf(model.id), model);
    model.joined(this);
    this.trigger('add', model, this);
    return model;
  }

  remove(id) {
    const model = this.get(id);
    if (model === undefined) return;
    this.#models.delete(keyOf(model.id));
    model.left(this);
    this.trigger('remove', model, this);
  }

  getModelsArray() {
    const models = [...this.#models.values()];
    return this.#order === null ? models : models.sort(this.#order);
  }

  serialize() {
    return this.getModelsArray().map((model) => model.serialize());
  }
}

function keyOf(id) {
  return typeof id === 'string' ? id : (id?._serialized ?? String(id));
}

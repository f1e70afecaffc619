// What @peculiar/x509's dependency injection (tsyringe) asks of `Reflect`: metadata of classes by key. The package
// reflect-metadata gives the same and forty functions more; three are used.
const metadata = new WeakMap();
const own = (key, target) => metadata.get(target)?.get(key);

Reflect.defineMetadata ??= (key, value, target) => {
  const known = metadata.get(target) ?? new Map();
  metadata.set(target, known.set(key, value));
};
Reflect.getOwnMetadata ??= own;
Reflect.getMetadata ??= (key, target) => {
  for (let at = target; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const value = own(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
};

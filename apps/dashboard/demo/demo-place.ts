/**
 * Where the demo answers that stands before this Muster, or null: there is none, as in every real installation. Its front
 * door says so in the page (apps/simulator/demo/demo-page.ts), so that nobody has to ask for what is not there.
 */
export function demoAddress(): string | null {
  const place = document.querySelector<HTMLMetaElement>('meta[name="muster-demo"]')?.content;
  return place === undefined ? null : new URL(place, document.baseURI.split('#', 1)[0]).href;
}

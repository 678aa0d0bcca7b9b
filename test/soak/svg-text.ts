export interface TextLook {
  readonly size?: number;
  readonly fill?: string;
  readonly weight?: 'bold' | 'normal';
  readonly anchor?: 'start' | 'middle' | 'end';
}

export function textAt(
  x: number,
  y: number,
  text: string,
  { size = 11, fill = '#1f2328', weight = 'normal', anchor = 'start' }: TextLook = {},
): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" font-weight="${weight}" text-anchor="${anchor}">${escaped}</text>`;
}

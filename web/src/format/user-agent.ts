const BROWSERS = [
  { name: 'Edge', pattern: /\bEdg(?:e|A|iOS)?\// },
  { name: 'Opera', pattern: /\bOPR\// },
  { name: 'Firefox', pattern: /\b(?:Firefox|FxiOS)\// },
  { name: 'Chrome', pattern: /\b(?:HeadlessChrome|Chrome|CriOS)\// },
  { name: 'Safari', pattern: /\bSafari\// },
]

const SYSTEMS = [
  { name: 'Android', pattern: /\bAndroid\b/ },
  { name: 'iOS', pattern: /\b(?:iPhone|iPad|iPod)\b/ },
  { name: 'Windows', pattern: /\bWindows\b/ },
  { name: 'macOS', pattern: /\bMac OS X\b/ },
  { name: 'Linux', pattern: /\bLinux\b/ },
]

/** `Firefox on Linux`, as far as it can be told; null: it cannot. What a browser says of itself is no proof of anything. */
export function browserName(userAgent: string): string | null {
  const browser = BROWSERS.find(({ pattern }) => pattern.test(userAgent))?.name
  const system = SYSTEMS.find(({ pattern }) => pattern.test(userAgent))?.name
  if (!browser) return null
  return system ? `${browser} on ${system}` : browser
}

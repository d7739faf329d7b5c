import { Button, Text } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { useRef } from 'react'
import classes from './CopyLine.module.css'

interface CopyLineProps {
  /** What it is: `Token`. */
  label: string
  text: string
}

/** A text to be taken elsewhere: by the button, or by hand where a page may not write to the clipboard. */
export function CopyLine({ label, text }: CopyLineProps) {
  const code = useRef<HTMLElement>(null)
  const { copy, copied, error } = useClipboard({ timeout: 3_000 })
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        {label}
      </Text>
      <div className={classes.line}>
        <code ref={code} className={classes.code}>
          {text}
        </code>
        <Button variant="default" className={classes.button ?? ''} onClick={() => copy(text)}>
          {copied ? 'Copied' : 'Copy'}
          <span className={classes.hidden}> {label}</span>
        </Button>
      </div>
      <Text size="sm" c="dimmed" role="status">
        {copied && <span className={classes.hidden}>{label} copied</span>}
        {error && 'The browser does not let this page copy: select the text and copy it yourself.'}
      </Text>
    </div>
  )
}

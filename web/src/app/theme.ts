import { createTheme, Modal, Tooltip } from '@mantine/core'

export const theme = createTheme({
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({
      // Its lock of scrolling would put a style into the page; styles.css has one.
      defaultProps: { lockScroll: false, centered: true, closeButtonProps: { 'aria-label': 'Close' } },
    }),
    Tooltip: Tooltip.extend({ defaultProps: { events: { hover: true, focus: true, touch: true } } }),
  },
})

import { Anchor, createTheme, Menu, Modal, Tooltip } from '@mantine/core'

export const theme = createTheme({
  respectReducedMotion: true,
  components: {
    // In the middle of a text colour alone does not tell a link.
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
    Modal: Modal.extend({
      // Its lock of scrolling would put a style into the page; styles.css has one.
      defaultProps: {
        lockScroll: false,
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        // That of a dialog is not that of the page.
        attributes: { header: { role: 'none' } },
        styles: { title: { fontWeight: 600 } },
      },
    }),
    // Where its button is, so that it stands in the same part of the page; the keyboard goes to its first item.
    Menu: Menu.extend({ defaultProps: { withinPortal: false, withInitialFocusPlaceholder: false } }),
    Tooltip: Tooltip.extend({ defaultProps: { events: { hover: true, focus: true, touch: true } } }),
  },
})

import {
  ActionIcon,
  Anchor,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Input,
  Menu,
  Tooltip,
} from '@mantine/core'

/** The one accent, for primary actions and the focus ring. */
const iris = [
  '#f1f0ff',
  '#e3e1ff',
  '#c8c4ff',
  '#aaa4fb',
  '#8f87f5',
  '#756bee',
  '#5b50e0',
  '#4e43cc',
  '#4138ab',
  '#332c86',
] as const

/** Deletes and refuses. A raspberry, so that it is never taken for a severity. */
const raspberry = [
  '#fff0f6',
  '#ffdeeb',
  '#fbbdd5',
  '#f792ba',
  '#ef6da3',
  '#dd3f83',
  '#c2266b',
  '#a61e5a',
  '#86184a',
  '#681339',
] as const

const gray = [
  '#fafafb',
  '#f4f4f6',
  '#e9e9ed',
  '#dcdde3',
  '#c6c8d0',
  '#9a9da8',
  '#646874',
  '#4a4e59',
  '#2f323a',
  '#17181c',
] as const

const dark = [
  '#ececf0',
  '#c6c8d1',
  '#9da0ad',
  '#71757f',
  '#30333b',
  '#272a31',
  '#1b1d22',
  '#121317',
  '#0e0f12',
  '#08090a',
] as const

/** `sm` follows the pointer: small for a mouse, large for a thumb (see tokens.css). */
const controlHeight = (size: unknown) => (size === 'xs' ? 'var(--ok-control-small)' : 'var(--ok-control)')

export const theme = createTheme({
  colors: { iris, raspberry, gray, dark },
  primaryColor: 'iris',
  primaryShade: { light: 6, dark: 6 },
  white: '#ffffff',
  black: '#17181c',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '14px', md: '16px', lg: '16px', xl: '24px' },
  lineHeights: { xs: '16px', sm: '20px', md: '24px', lg: '24px', xl: '32px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '24px', lineHeight: '32px' },
      h2: { fontSize: '16px', lineHeight: '24px' },
      h3: { fontSize: '14px', lineHeight: '20px' },
      h4: { fontSize: '14px', lineHeight: '20px' },
      h5: { fontSize: '12px', lineHeight: '16px' },
      h6: { fontSize: '12px', lineHeight: '16px' },
    },
  },
  spacing: { xs: '4px', sm: '8px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  defaultRadius: 'sm',
  shadows: {
    xs: 'none',
    sm: 'none',
    md: '0 4px 16px rgb(0 0 0 / 0.10)',
    lg: '0 8px 24px rgb(0 0 0 / 0.14)',
    xl: '0 16px 40px rgb(0 0 0 / 0.18)',
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { variant: 'default', size: 'sm', fw: 500 },
      vars: (_theme, { size }) => ({
        root: { '--button-height': controlHeight(size), '--button-fz': size === 'xs' ? '12px' : '14px' },
      }),
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: 'subtle', color: 'gray', size: 'md' },
      vars: (_theme, { size }) => ({
        root: { '--ai-size': controlHeight(size === 'sm' ? 'xs' : size) },
      }),
    }),
    Input: Input.extend({
      vars: (_theme, { size }) => ({
        wrapper: { '--input-height': controlHeight(size), '--input-fz': 'var(--ok-input-text)' },
      }),
    }),
    Anchor: Anchor.extend({ defaultProps: { underline: 'always', c: 'inherit', inherit: true } }),
    Tooltip: Tooltip.extend({
      defaultProps: { events: { hover: true, focus: true, touch: true }, multiline: true, maw: 280, fz: 12 },
    }),
    // Named and not imported, so that the first page loads without them.
    Modal: {
      defaultProps: {
        radius: 'md',
        transitionProps: { duration: 120 },
        closeButtonProps: { 'aria-label': 'Close' },
      },
    },
    Menu: Menu.extend({
      defaultProps: {
        shadow: 'md',
        transitionProps: { duration: 100 },
        // Its place holder is no menu item, which screen readers (and axe) take amiss.
        withInitialFocusPlaceholder: false,
      },
    }),
    Notification: {
      defaultProps: { radius: 'md', withBorder: true, closeButtonProps: { 'aria-label': 'Dismiss' } },
    },
    SegmentedControl: { vars: () => ({ root: { '--sc-transition-duration': 'var(--ok-quick)' } }) },
    Select: { defaultProps: { comboboxProps: { shadow: 'md' }, allowDeselect: false } },
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': 'var(--mantine-color-gray-9)',
    '--mantine-color-dimmed': 'var(--mantine-color-gray-6)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-6)',
    '--mantine-color-error': 'var(--mantine-color-raspberry-6)',
    '--mantine-color-default-border': 'var(--mantine-color-gray-3)',
  },
  dark: {
    '--mantine-color-body': 'var(--mantine-color-dark-7)',
    '--mantine-color-text': 'var(--mantine-color-dark-0)',
    '--mantine-color-dimmed': 'var(--mantine-color-dark-2)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-raspberry-3)',
    '--mantine-color-default-border': 'var(--mantine-color-dark-4)',
  },
})

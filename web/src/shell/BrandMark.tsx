/** A shield with a beacon: the mark of the app, as in `public/icon.svg`. */
export const BrandMark = ({ size = 24 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
    <path
      d="M16 2.5 27 6.2v9.3c0 6.6-4.4 11.5-11 14-6.6-2.5-11-7.4-11-14V6.2Z"
      fill="var(--mantine-primary-color-6)"
    />
    <path
      d="M11 20.5h10M12.5 17.5a3.5 3.5 0 0 1 7 0v3h-7Z"
      fill="#fff"
      stroke="#fff"
      strokeWidth="1.5"
      strokeLinecap="round"
    />
    <path
      d="M16 8v2.5M10.6 10.6l1.6 1.8M21.4 10.6l-1.6 1.8"
      stroke="#fff"
      strokeWidth="1.75"
      strokeLinecap="round"
    />
  </svg>
)

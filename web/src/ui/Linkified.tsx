import { Anchor } from '@mantine/core'

const URL_PATTERN = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}])/

/** Text as somebody wrote it, with its web addresses made into links. */
export const Linkified = ({ text }: { text: string }) => (
  <>
    {text.split(URL_PATTERN).map((part, index) =>
      index % 2 === 0 ? (
        part
      ) : (
        <Anchor key={`${index}-${part}`} href={part} target="_blank" rel="noreferrer noopener">
          {part}
        </Anchor>
      ),
    )}
  </>
)

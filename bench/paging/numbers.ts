/** The numbers of the incidents that a mail speaks of, each once. */
export function numbersIn({ subject = '', text = '' }: { subject?: string; text?: string }): number[] {
  const named = [...`${subject}\n${text}`.matchAll(/#(\d+)\b/g)].map(([, number]) => Number(number))
  return [...new Set(named)]
}

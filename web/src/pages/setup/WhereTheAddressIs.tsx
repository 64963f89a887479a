import { Doorway } from '../sign-in/Doorway.tsx'
import styles from './setup.module.css'

/** For whoever comes to a fresh server by another address than the printed one. */
export const WhereTheAddressIs = ({ wasWrong = false }: { wasWrong?: boolean }) => (
  <Doorway
    title={wasWrong ? 'This address does not open the set-up' : 'This server is waiting to be set up'}
    description={
      wasWrong
        ? 'Its one-time token is not the one of this server; it may have been cut off when it was copied.'
        : 'So that no stranger takes it over, set-up needs the one-time address that the server printed when it started.'
    }
  >
    <p className={styles.lead}>Look at the output of the server. It has these lines:</p>
    <pre className={styles.output}>
      {`OpsKnight runs at ${window.location.origin}
Nobody is here yet. Open this address to create the administrator (it works once):

  ${window.location.origin}/setup?token=…`}
    </pre>
    <ul className={styles.places}>
      <li>Started in a terminal: scroll up in that terminal.</li>
      <li>
        Runs as a service: <code>journalctl -u opsknight</code>, or the log of its container.
      </li>
      <li>Gone: restart the server; as long as nobody is here, it prints a new address every time.</li>
    </ul>
  </Doorway>
)

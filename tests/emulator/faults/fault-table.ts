/**
 * What must come of each request while a device has a fault. The columns:
 *
 * - fault, device (both or one of them), request; "boot once" sets Pxe Once and then asks for On
 * - answer: status of the request and the message that explains it
 * - later: PowerState while the fault lasts, once the dust has settled, and the message in Status.Conditions
 * - machine: its power after the request and how often it was started by command
 * - override: BootSourceOverrideEnabled after the request
 * - healed: PowerState after the fault has gone
 * - event: the newest entry of the event log after the request (begin of its text)
 *
 * The machine was off before On and boot once, on before the others; "by hand" changes that behind the emulator's
 * back, "pressed on" does so between the emulator's decision and the driver's own look, "back by hand" begins with the
 * state that the request wishes and then changes it.
 */
const TABLE = `
silent           | both | GET          | 200                               | On  CouldNotEstablishConnection | on  0 | Disabled | On  | -
silent           | both | On           | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | off 0 | Disabled | Off | On: timeout
silent           | both | ForceOff     | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | on  0 | Disabled | On  | ForceOff: timeout
silent           | both | ForceRestart | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | on  0 | Disabled | On  | ForceRestart: timeout
silent           | both | boot once    | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | off 0 | Once     | Off | On: timeout
refuses login    | both | GET          | 200                               | On  AccessDenied                | on  0 | Disabled | On  | -
refuses login    | both | On           | 503 AccessDenied                  | Off AccessDenied                | off 0 | Disabled | Off | On: bad-credentials
refuses login    | both | ForceOff     | 503 AccessDenied                  | On  AccessDenied                | on  0 | Disabled | On  | ForceOff: bad-credentials
refuses login    | both | ForceRestart | 503 AccessDenied                  | On  AccessDenied                | on  0 | Disabled | On  | ForceRestart: bad-credentials
refuses login    | both | boot once    | 503 AccessDenied                  | Off AccessDenied                | off 0 | Once     | Off | On: bad-credentials
garbage          | both | GET          | 200                               | On  UndeterminedFault           | on  0 | Disabled | On  | -
garbage          | both | On           | 503 UndeterminedFault             | Off UndeterminedFault           | off 0 | Disabled | Off | On: device
garbage          | both | ForceOff     | 503 UndeterminedFault             | On  UndeterminedFault           | on  0 | Disabled | On  | ForceOff: device
garbage          | both | ForceRestart | 503 UndeterminedFault             | On  UndeterminedFault           | on  0 | Disabled | On  | ForceRestart: device
garbage          | both | boot once    | 503 UndeterminedFault             | Off UndeterminedFault           | off 0 | Once     | Off | On: device
slow             | both | GET          | 200                               | On                              | on  0 | Disabled | On  | -
slow             | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
slow             | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
slow             | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
slow             | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
drops            | both | GET          | 200                               | On  CouldNotEstablishConnection | on  0 | Disabled | On  | -
drops            | both | On           | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | off 0 | Disabled | Off | On: unreachable
drops            | both | ForceOff     | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | on  0 | Disabled | On  | ForceOff: unreachable
drops            | both | ForceRestart | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | on  0 | Disabled | On  | ForceRestart: unreachable
drops            | both | boot once    | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | off 0 | Once     | Off | On: unreachable
drops one reply  | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
drops one reply  | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
drops one reply  | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
drops one reply  | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
drops thereafter | both | On           | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | on  1 | Disabled | On  | On: unreachable
drops thereafter | both | ForceOff     | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | off 0 | Disabled | Off | ForceOff: unreachable
drops thereafter | amt  | ForceRestart | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | on  1 | Disabled | On  | ForceRestart: unreachable
drops thereafter | tapo | ForceRestart | 503 CouldNotEstablishConnection   | On  CouldNotEstablishConnection | off 0 | Disabled | Off | ForceRestart: unreachable
drops thereafter | both | boot once    | 503 CouldNotEstablishConnection   | Off CouldNotEstablishConnection | on  1 | Once     | On  | On: unreachable
session stolen   | both | GET          | 200                               | On                              | on  0 | Disabled | On  | -
session stolen   | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
session stolen   | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
session stolen   | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
session stolen   | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
by hand          | both | GET          | 200                               | Off                             | off 0 | Disabled | Off | -
by hand          | both | On           | 204                               | On                              | on  0 | Disabled | On  | On: already so
by hand          | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: already so
by hand          | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
by hand          | both | boot once    | 204                               | On                              | on  0 | Once     | On  | On: already so
back by hand     | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
back by hand     | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
back by hand     | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
pressed on       | amt  | On           | 204                               | On                              | on  0 | Disabled | On  | On: already so
pressed on       | amt  | boot once    | 204                               | On                              | on  0 | Once     | On  | On: already so
busy             | amt  | GET          | 200                               | On                              | on  0 | Disabled | On  | -
busy             | amt  | On           | 409 ActionParameterValueConflict  | Off                             | off 0 | Disabled | Off | On: refused
busy             | amt  | ForceOff     | 409 ActionParameterValueConflict  | On                              | on  0 | Disabled | On  | ForceOff: refused
busy             | amt  | ForceRestart | 409 ActionParameterValueConflict  | On                              | on  0 | Disabled | On  | ForceRestart: refused
busy             | amt  | boot once    | 409 ActionParameterValueConflict  | Off                             | off 0 | Once     | Off | On: refused
locked out       | amt  | GET          | 200                               | On  AccessDenied                | on  0 | Disabled | On  | -
locked out       | amt  | On           | 503 AccessDenied                  | Off AccessDenied                | off 0 | Disabled | Off | On: bad-credentials
locked out       | amt  | ForceOff     | 503 AccessDenied                  | On  AccessDenied                | on  0 | Disabled | On  | ForceOff: bad-credentials
locked out       | amt  | ForceRestart | 503 AccessDenied                  | On  AccessDenied                | on  0 | Disabled | On  | ForceRestart: bad-credentials
locked out       | amt  | boot once    | 503 AccessDenied                  | Off AccessDenied                | off 0 | Once     | Off | On: bad-credentials
clock jumps on   | both | GET          | 200                               | On                              | on  0 | Disabled | On  | -
clock jumps on   | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
clock jumps on   | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
clock jumps on   | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
clock jumps on   | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
clock jumps back | both | GET          | 200                               | On                              | on  0 | Disabled | On  | -
clock jumps back | both | On           | 204                               | On                              | on  1 | Disabled | On  | On: accepted
clock jumps back | both | ForceOff     | 204                               | Off                             | off 0 | Disabled | Off | ForceOff: accepted
clock jumps back | both | ForceRestart | 204                               | On                              | on  1 | Disabled | On  | ForceRestart: accepted
clock jumps back | both | boot once    | 204                               | On                              | on  1 | Disabled | On  | On: accepted
`;

export interface FaultRow {
  readonly fault: string;
  readonly device: string;
  readonly request: string;
  readonly answer: string;
  readonly later: string;
  readonly machine: string;
  readonly override: string;
  readonly healed: string;
  readonly event: string;
}

export const faultTable: readonly FaultRow[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [fault = "", device = "", request = "", answer = "", later = "", machine = "", ...rest] = line
      .split("|")
      .map((cell) => cell.trim().replace(/ +/g, " "));
    const [override = "", healed = "", event = ""] = rest;
    return { fault, device, request, answer, later, machine, override, healed, event };
  });

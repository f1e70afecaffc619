/** The emulator let go of a device while it was being asked: it stops, or the machine was configured anew. */
export class LetGo extends Error {
  /** @param address of the device */
  constructor(address: string) {
    super(`let go of ${address}, since the emulator stops or the machine's configuration changed`);
    this.name = "LetGo";
  }
}

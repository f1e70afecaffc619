/** What Vite makes of such an import: the address of the file. */
declare module "*?url" {
  const url: string;
  export default url;
}

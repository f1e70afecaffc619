/**
 * What brings the controllers back after `lab restore`: `--refresh` sees what a new node lacks, and the gates, whose commands the
 * restored state takes for done, ask the new webhooks again whether they answer. For a shell: its pattern is in quotes.
 */
export const upAfterRestore = "pulumi up --refresh --replace '**WebhookGate$command**'";

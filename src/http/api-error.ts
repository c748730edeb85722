/** A failure that the client is told: `status` 4xx or 5xx and the message of contract §4. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    options?: { readonly cause: unknown },
  ) {
    super(message, options);
    this.status = status;
    this.headers = headers;
  }
}

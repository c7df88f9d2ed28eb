/** One way to ask the API: typed results, problems as errors with their stable code. */

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { message?: string; location?: string }[];

  constructor(status: number, code: string, message: string, errors: Problem["errors"] = []) {
    super(message);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export type Params = Record<string, string | number | boolean | readonly string[] | undefined | null>;

/** Writes query parameters, leaving out what is empty; lists are joined by commas. */
export function queryString(params: Params): string {
  const out = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null || value === "") continue;
    const text = Array.isArray(value) ? value.join(",") : String(value);
    if (text !== "") out.set(name, text);
  }
  const text = out.toString();
  return text ? `?${text}` : "";
}

type Options = { body?: unknown; raw?: { type: string; data: BodyInit }; headers?: Record<string, string>; signal?: AbortSignal };

async function problemOf(res: Response): Promise<Problem> {
  const text = await res.text().catch(() => "");
  try {
    const p = JSON.parse(text) as { code?: string; detail?: string; title?: string; errors?: Problem["errors"] };
    return new Problem(res.status, p.code ?? `http_${res.status}`, p.detail ?? p.title ?? res.statusText, p.errors ?? []);
  } catch {
    return new Problem(res.status, `http_${res.status}`, text.slice(0, 300) || res.statusText);
  }
}

async function ask<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json, application/problem+json", ...options.headers };
  let body: BodyInit | undefined;
  if (options.raw) {
    headers["Content-Type"] = options.raw.type;
    body = options.raw.data;
  } else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(options.body);
  }
  let res: Response;
  try {
    res = await fetch(`/api/v1${path}`, { method, headers, body, signal: options.signal, credentials: "same-origin" });
  } catch (err) {
    if (err instanceof DOMException && err.name === "AbortError") throw err;
    throw new Problem(0, "unreachable", "");
  }
  if (!res.ok) throw await problemOf(res);
  if (res.status === 204) return undefined as T;
  const text = await res.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, params: Params = {}, signal?: AbortSignal) => ask<T>("GET", path + queryString(params), { signal }),
  post: <T>(path: string, body?: unknown, options: Options = {}) => ask<T>("POST", path, { body, ...options }),
  put: <T>(path: string, body: unknown) => ask<T>("PUT", path, { body }),
  patch: <T>(path: string, body: unknown, headers?: Record<string, string>) => ask<T>("PATCH", path, { body, headers }),
  delete: <T>(path: string) => ask<T>("DELETE", path),
};

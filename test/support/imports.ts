import type { ImportView } from '../../server/imports/import.dto.js';
import type { Answer, RestApp } from './rest-app.js';
import { until } from './until.js';

/** Uses the routes of imports as a client does. */
export class Imports {
  constructor(
    private readonly app: RestApp,
    private readonly headers: Record<string, string> = {},
  ) {}

  send(file: string | Buffer, name = 'sheet.csv'): Promise<Answer> {
    const headers = { ...this.headers, 'content-type': 'text/csv' };
    return this.app.inject({
      method: 'POST',
      url: `/imports?name=${encodeURIComponent(name)}`,
      headers,
      payload: file,
    });
  }

  async upload(file: string | Buffer, name?: string): Promise<ImportView> {
    return viewOf(await this.send(file, name), 201);
  }

  async show(id: number): Promise<ImportView> {
    return viewOf(await this.app.get(`/imports/${id}`, this.headers));
  }

  patch(id: number, changes: object): Promise<Answer> {
    return this.app.patch(`/imports/${id}`, { import: changes }, this.headers);
  }

  post(id: number, action: 'dry-run' | 'confirm'): Promise<Answer> {
    return this.app.inject({ method: 'POST', url: `/imports/${id}/${action}`, headers: this.headers });
  }

  delete(path: string): Promise<Answer> {
    return this.app.inject({ method: 'DELETE', url: `/imports/${path}`, headers: this.headers });
  }

  rejects(id: number): Promise<Answer> {
    return this.app.get(`/imports/${id}/rejects`, this.headers);
  }

  /** Tries an import to its end. */
  async check(id: number): Promise<ImportView> {
    viewOf(await this.post(id, 'dry-run'), 202);
    return this.ended(id);
  }

  /** Confirms an import, and waits for its end. */
  async confirm(id: number): Promise<ImportView> {
    viewOf(await this.post(id, 'confirm'), 202);
    return this.ended(id);
  }

  /** Uploads, tries and imports a file, with changes to how it is read. */
  async run(file: string | Buffer, changes?: object): Promise<ImportView> {
    const { id } = await this.upload(file);
    if (changes) viewOf(await this.patch(id, changes));
    await this.check(id);
    return this.confirm(id);
  }

  /** Waits until neither a dry run nor the import runs. */
  async ended(id: number): Promise<ImportView> {
    let view = await this.show(id);
    await until(async () => {
      view = await this.show(id);
      return view.state !== 'checking' && view.state !== 'running';
    });
    return view;
  }
}

/** @throws Error with the answer if its status is another one */
export function viewOf(answer: Answer, status = 200): ImportView {
  if (answer.statusCode !== status) throw new Error(`${answer.statusCode}: ${answer.body}`);
  return answer.json<{ import: ImportView }>().import;
}

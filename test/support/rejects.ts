import { viewOfReject, type Reject, type RejectView } from '../../server/domain/ingestion/reject.js';

/** Reads rejects as the API shows them. */
export async function viewsOf(rejects: AsyncIterable<Reject>): Promise<RejectView[]> {
  const views: RejectView[] = [];
  for await (const reject of rejects) views.push(viewOfReject(reject));
  return views;
}

// Loads small code that several pages share with the script of every page, because each file of its own costs a round trip.
// `test/e2e/admin-speed.spec.ts` fails when a page needs too many files.
import './api/request-builder';
import './core/amounts';
import './core/locale';
import './core/login-check';
import './customers/model/attribute-draft';
import './customers/model/attribute-rules';
import './customers/model/value-view';
import './customers/model/wall-clock';
import './customers/state/customer-store';
import './customers/ui/delete-customer';
import './customers/ui/drafts-button';
import './customers/ui/enter-key';
import './customers/ui/value-types';
import './customers/wire/segments-client';
import './ingest/wire/ingestion';
import './ui/copy-button';
import './ui/count';
import './ui/empty-state';
import './ui/field-error';
import './ui/moment';
import './ui/notice';
import './ui/progress-bar';
import './ui/skeleton';
import './ui/value-text';

import { HttpInterceptorFn } from '@angular/common/http';

/** Says that a request comes from the admin: the history of a customer tells its edits from those of other clients. */
export const sayWhoAsks: HttpInterceptorFn = (request, next) =>
  next(request.clone({ setHeaders: { 'x-roster-client': 'admin' } }));

import { HttpInterceptorFn } from '@angular/common/http';
import { DefaultUrlSerializer, UrlTree } from '@angular/router';

/** A path below a customer whose id is `.` or `..`, which a browser would take out of an address. */
const PATH = /^\/customers\/(\.{1,2})(?=[/?#]|$)(\/[^?#]*)?(?:\?([^#]*))?/;
const QUERY = /^\/customer(\/[^?#]*)?\?id=(\.{1,2})(?:&([^#]*))?(?=#|$)/;

/** Names a customer `.` or `..` in the query of an address. */
export function withoutDots(url: string): string {
  return url.replace(
    PATH,
    (_all, id: string, below = '', query = '') => `/customer${below}?id=${id}${query && `&${query}`}`,
  );
}

/** The inverse of {@link withoutDots}. */
export function withDots(url: string): string {
  return url.replace(
    QUERY,
    (_all, below = '', id: string, query = '') => `/customers/${id}${below}${query && `?${query}`}`,
  );
}

/** Spells the addresses of the pages of such a customer. */
export class DotIdSerializer extends DefaultUrlSerializer {
  override parse(url: string): UrlTree {
    return super.parse(withDots(url));
  }

  override serialize(tree: UrlTree): string {
    return withoutDots(super.serialize(tree));
  }
}

/** Asks for such a customer by the query, which the server takes too. */
export const nameDotIds: HttpInterceptorFn = (request, next) => next(request.clone({ url: withoutDots(request.url) }));

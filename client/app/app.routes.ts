import { Type, inject } from '@angular/core';
import { ActivatedRouteSnapshot, Route, Router, Routes } from '@angular/router';

import { isSignedIn, may, needsLogin } from './access/entry';
import { Permission } from './core/session';
import { unsavedChangesGuard } from './ui/unsaved-changes';

const idOf = (route: ActivatedRouteSnapshot): string => route.paramMap.get('id') ?? '';

/** A page, and at the same address what readers without its permissions get. */
function page(
  route: Omit<Route, 'canMatch'> & { readonly loadComponent: () => Promise<Type<unknown>> },
  ...needs: [Permission, ...Permission[]]
): Routes {
  const { path, title } = route;
  const refusal = () => import('./access/not-allowed').then((m) => m.NotAllowed);
  return [
    { ...route, canMatch: [may(...needs)] },
    { path, title, data: { needs }, loadComponent: refusal },
  ];
}

/** Two customers are compared at an address that names both. Without them it is that of the customer with the id `compare`. */
const namesTwo = (): boolean => {
  const { a, b } = inject(Router).currentNavigation()?.extractedUrl.queryParams ?? {};
  return typeof a === 'string' && typeof b === 'string' && a !== '' && b !== '';
};

/**
 * `/customers/:id` is the address of a page and of a resource, for any id. So the page that creates a customer has an
 * address outside: at `/customers/new` it would hide the customer with the id `new`.
 */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'customers' },
  ...page(
    {
      path: 'customers',
      title: $localize`Customers`,
      loadComponent: () => import('./customers/list/customer-list').then((m) => m.CustomerList),
    },
    'read',
  ),
  ...page(
    {
      path: 'new-customer',
      title: $localize`New customer`,
      canDeactivate: [unsavedChangesGuard],
      loadComponent: () => import('./customers/create/customer-create').then((m) => m.CustomerCreate),
    },
    'write',
  ),
  ...page(
    {
      path: 'customers/compare',
      title: $localize`Compare two customers`,
      loadComponent: () => import('./customers/compare/compare').then((m) => m.Compare),
    },
    'read',
  ).map((route) => ({ ...route, canMatch: [namesTwo, ...(route.canMatch ?? [])] })),
  ...page(
    {
      path: 'customers/:id',
      title: (route) => $localize`Customer ${idOf(route)}:id:`,
      canDeactivate: [unsavedChangesGuard],
      loadComponent: () => import('./customers/show/customer-show').then((m) => m.CustomerShow),
    },
    'read',
  ),
  ...page(
    {
      path: 'customers/:id/edit',
      title: (route) => $localize`Edit customer ${idOf(route)}:id:`,
      canDeactivate: [unsavedChangesGuard],
      loadComponent: () => import('./customers/edit/customer-edit').then((m) => m.CustomerEdit),
    },
    'read',
    'write',
  ),
  ...page(
    {
      path: 'overview',
      title: $localize`Overview`,
      loadComponent: () => import('./overview/overview').then((m) => m.Overview),
    },
    'read',
  ),
  ...page(
    {
      path: 'attributes',
      title: $localize`Attributes`,
      loadComponent: () => import('./attributes/attributes').then((m) => m.Attributes),
    },
    'read',
  ),
  ...page(
    {
      path: 'ingest',
      title: $localize`Ingest`,
      loadComponent: () => import('./ingest/pages').then((m) => m.Ingest),
    },
    'read',
  ),
  ...page(
    {
      path: 'imports/:id',
      title: (route) => $localize`Spreadsheet ${idOf(route)}:id:`,
      loadComponent: () => import('./ingest/pages').then((m) => m.ImportShow),
    },
    'read',
    'ingest',
  ),
  ...page(
    {
      path: 'trash',
      title: $localize`Trash`,
      loadComponent: () => import('./customers/trash/trash').then((m) => m.Trash),
    },
    'delete',
  ),
  ...page(
    {
      path: 'sources',
      title: $localize`Sources`,
      loadComponent: () => import('./sources/list/sources').then((m) => m.Sources),
    },
    'manage',
  ),
  ...page(
    {
      path: 'sources/:id',
      title: (route) => $localize`Source ${idOf(route)}:id:`,
      loadComponent: () => import('./sources/show/source-show').then((m) => m.SourceShow),
    },
    'manage',
  ),
  ...page(
    {
      path: 'live',
      title: $localize`Live`,
      loadComponent: () => import('./sources/live/live').then((m) => m.Live),
    },
    'manage',
    'read',
  ),
  ...page(
    {
      path: 'users',
      title: $localize`Users`,
      loadComponent: () => import('./access/users/users').then((m) => m.Users),
    },
    'manage',
  ),
  ...page(
    {
      path: 'tokens',
      title: $localize`Tokens`,
      loadComponent: () => import('./access/tokens/tokens').then((m) => m.Tokens),
    },
    'manage',
  ),
  ...page(
    {
      path: 'audit',
      title: $localize`Audit`,
      loadComponent: () => import('./access/audit/audit').then((m) => m.Audit),
    },
    'manage',
  ),
  {
    path: 'account',
    title: $localize`Account`,
    canMatch: [isSignedIn],
    loadComponent: () => import('./access/account/account').then((m) => m.Account),
  },
  {
    path: 'login',
    title: $localize`Log in`,
    canMatch: [needsLogin],
    loadComponent: () => import('./access/login/login-page').then((m) => m.LoginPage),
  },
  {
    path: 'setup',
    title: $localize`Set up Roster`,
    loadComponent: () => import('./access/login/set-up-page').then((m) => m.SetUpPage),
  },
  {
    path: 'invitation',
    title: $localize`Invitation`,
    loadComponent: () => import('./access/login/code-page').then((m) => m.CodePage),
  },
  {
    path: 'password',
    title: $localize`Set a new password`,
    loadComponent: () => import('./access/login/code-page').then((m) => m.CodePage),
  },
  {
    path: '**',
    title: $localize`Page not found`,
    loadComponent: () => import('./ui/page-not-found').then((m) => m.PageNotFound),
  },
];

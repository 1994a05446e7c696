import { ActivatedRouteSnapshot, Routes } from '@angular/router';

import { unsavedChangesGuard } from './ui/unsaved-changes';

const idOf = (route: ActivatedRouteSnapshot): string => route.paramMap.get('id') ?? '';

/**
 * `/customers/:id` is the address of a page and of a resource, for any id. So the page that creates a customer has an
 * address outside: at `/customers/new` it would hide the customer with the id `new`.
 */
export const routes: Routes = [
  { path: '', pathMatch: 'full', redirectTo: 'customers' },
  {
    path: 'customers',
    title: $localize`Customers`,
    loadComponent: () => import('./customers/list/customer-list').then((m) => m.CustomerList),
  },
  {
    path: 'new-customer',
    title: $localize`New customer`,
    canDeactivate: [unsavedChangesGuard],
    loadComponent: () => import('./customers/create/customer-create').then((m) => m.CustomerCreate),
  },
  {
    path: 'customers/:id',
    title: (route) => $localize`Customer ${idOf(route)}:id:`,
    loadComponent: () => import('./customers/show/customer-show').then((m) => m.CustomerShow),
  },
  {
    path: 'customers/:id/edit',
    title: (route) => $localize`Edit customer ${idOf(route)}:id:`,
    canDeactivate: [unsavedChangesGuard],
    loadComponent: () => import('./customers/edit/customer-edit').then((m) => m.CustomerEdit),
  },
  {
    path: 'overview',
    title: $localize`Overview`,
    loadComponent: () => import('./overview/overview').then((m) => m.Overview),
  },
  {
    path: 'ingest',
    title: $localize`Ingest`,
    loadComponent: () => import('./ingest/ingest').then((m) => m.Ingest),
  },
  {
    path: '**',
    title: $localize`Page not found`,
    loadComponent: () => import('./ui/page-not-found').then((m) => m.PageNotFound),
  },
];

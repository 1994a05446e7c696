import { APP_BASE_HREF } from '@angular/common';
import { provideHttpClient, withFetch, withInterceptors } from '@angular/common/http';
import {
  ApplicationConfig,
  inject,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import {
  TitleStrategy,
  UrlSerializer,
  provideRouter,
  withComponentInputBinding,
  withEnabledBlockingInitialNavigation,
  withInMemoryScrolling,
  withNavigationErrorHandler,
  withPreloading,
  withRouterConfig,
} from '@angular/router';

import { CurrentSession } from './access/current-session';
import { routes } from './app.routes';
import { Arrival } from './core/arrival';
import { noticeConnection } from './core/connection';
import { DotIdSerializer, nameDotIds } from './core/dot-ids';
import { keepNumbers } from './core/exact-numbers';
import { takeEarlyAnswer } from './core/early-answers';
import { recoverNavigation } from './core/failed-navigation';
import { waitForLogin } from './core/login-again';
import { PageTitle } from './core/page-title';
import { PreloadWhenIdle } from './core/preload-when-idle';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    provideHttpClient(
      withFetch(),
      withInterceptors([waitForLogin, nameDotIds, noticeConnection, keepNumbers, takeEarlyAnswer]),
    ),
    // `base` in the page names the folder of the language, which holds its files. Addresses are the same in every language.
    { provide: APP_BASE_HREF, useValue: '/' },
    provideRouter(
      routes,
      withComponentInputBinding(),
      // Draws the first page at once, with its frame. Until then `index.html` shows the outline of both.
      withEnabledBlockingInitialNavigation(),
      withPreloading(PreloadWhenIdle),
      withNavigationErrorHandler((error) => void recoverNavigation(error)),
      // A Back that was refused (unsaved changes) leaves the history of the browser as it was.
      withRouterConfig({ canceledNavigationResolution: 'computed' }),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: UrlSerializer, useClass: DotIdSerializer },
    { provide: TitleStrategy, useExisting: PageTitle },
    provideAppInitializer(() => inject(Arrival).start()),
    // The frame of the first page needs to know the reader.
    provideAppInitializer(() => inject(CurrentSession).known),
  ],
};

declare const __MILLRACE_VERSION__: string | undefined;

/** The product's version, put in by the build. */
export const VERSION: string = typeof __MILLRACE_VERSION__ === 'string' ? __MILLRACE_VERSION__ : '0.0.0';

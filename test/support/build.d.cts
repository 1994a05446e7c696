declare function build(): Promise<void>;
export = build;

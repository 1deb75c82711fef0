import { Inject } from '@nestjs/common';

/** Injection token of the engine that the server stands on. */
export const ENGINE = Symbol('ENGINE');

/** Injects the engine: `constructor(@UseEngine() private readonly engine: Engine)`. */
export const UseEngine = (): ParameterDecorator => Inject(ENGINE);

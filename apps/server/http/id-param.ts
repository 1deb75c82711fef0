import { Param, type PipeTransform } from '@nestjs/common';
import { BadRequest } from './bad-request.ts';

const pattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Checks a part of a path that is an id. */
export const idPipe: PipeTransform<string, string> = {
  transform: value => {
    if (!pattern.test(value))
      throw new BadRequest([{ path: 'id', message: 'must be an id: 1 to 64 characters of A-Z a-z 0-9 _ -' }]);
    return value;
  },
};

/** The `{id}` of a path, checked: `@IdParam() id: string`. */
export const IdParam = (): ParameterDecorator => Param('id', idPipe);

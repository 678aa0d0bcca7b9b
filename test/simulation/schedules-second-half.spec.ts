import { HALF, itFindsNothingWrong } from './schedules.js';

itFindsNothingWrong(HALF + 1, HALF);

import { HALF, itFindsNothingWrong } from './schedules.js';

itFindsNothingWrong(1, HALF);

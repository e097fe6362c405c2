(* The headlines: what is proved, in closed statements.  Each theorem here has all its hypotheses in its statement, assumes nothing of
   a solution but that it is one, and is proved by calling the development.

   Names.  k_maj majority and k_min minority classes, k of both; N samples, y j the class of sample j, the majority classes being those
   below k_maj; n samples in every minority class and rho n in every majority class, rho >= 1 (the paper's R: here R is the set of
   real numbers); gamma the exponent of the class weights n_c^(-gamma); delta the scale, e^(-delta) the size of a start; d the width.
   Modes are numbered c < k - 1: mode 0 is the contrast of the groups, then k_maj - 1 majority and k_min - 1 minority modes.
   Matrices are functions of two indices, used below their dimensions.

   Source: arXiv:2601.12011 and this project; each file of the development says which.  *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Logistic LearningTime Window WindowBound WindowSplit Exponent EffectiveRates VanillaWindow Flattening.
From UFM Require Import FiniteSums SingularValues Flow Modes StepModes StepSpectrum ExactWindow ExactMatrices Uniqueness.
From UFM Require Import StepFlow StepWindow TerminalReals.
Open Scope R_scope.

(* A STEP data set. *)
Definition STEP (k_maj k_min N : nat) (n rho : R) (y : nat -> nat) : Prop :=
  (0 < k_maj)%nat /\ (0 < k_min)%nat /\ 0 < n /\ 1 <= rho /\
  (forall j, (j < N)%nat -> (y j < k_maj + k_min)%nat) /\
  forall c, (c < k_maj + k_min)%nat ->
    sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if Nat.ltb c k_maj then rho * n else n.

(* Its labels Z = U diag(sigma) V^T, entry (i, j) of Z being [i = y j] - 1 / k; the weights n_c^(-gamma) as the diagonal matrix Omega;
   and the effective weights lambda. *)
Notation labels k_maj k_min y := (step_labels k_maj k_min y).
Notation left_directions k_maj k_min := (step_U k_maj k_min).
Notation right_directions k_maj k_min y n rho := (step_V k_maj k_min y (rho * n) n).
Notation singular_value k_maj k_min n rho := (step_sigma k_maj k_min (rho * n) n).
Notation class_weight n rho gamma := (power_weight (rho * n) n gamma).
Notation weight_matrix k_maj y n rho gamma := (group_weights (sample_group k_maj y) (class_weight n rho gamma)).
Notation effective_weight k_maj k_min n rho gamma := (step_lambda k_maj k_min (rho * n) n (class_weight n rho gamma)).

(* Flows of layers W (k x d) and H (d x N) in time: the weighted one, W' = G H^T, H' = W^T G with G = (Z - W H) Omega; the same with G
   projected on the row space of V^T; the vanilla one, G = Z - W H.  A spectral start has W = U diag(w0) Q^T, H = Q diag(w0) V^T. *)
Notation weighted_flow k_maj k_min N d y n rho gamma :=
  (step_flow k_maj k_min N d y (class_weight n rho gamma)).
Notation projected_flow k_maj k_min N d y n rho gamma :=
  (projected_step_flow k_maj k_min N d y (rho * n) n (class_weight n rho gamma)).
Notation vanilla_flow k_maj k_min N d y := (vanilla_step_flow k_maj k_min N d y).
Notation starts_at k_maj k_min N d y n rho Q w0 W H :=
  (spectral_start k_maj k_min N d y (rho * n) n Q w0 (W 0) (H 0)).

(* The fraction of mode c that is learned: entry (c, c) of U^T W H V over sigma_c. *)
Notation fraction k_maj k_min N d y n rho W H c :=
  (fun t => amplitude (k_maj + k_min) N (left_directions k_maj k_min) (right_directions k_maj k_min y n rho)
     (mul d (W t) (H t)) c c / singular_value k_maj k_min n rho c).

(* 1. The spectrum of the labels: singular directions, and the squared singular values with their multiplicities, for any split and
      every rho >= 1. *)
Theorem spectrum_of_labels k_maj k_min N n rho y : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  let sigma := singular_value k_maj k_min n rho in
  orthonormal k (k - 1) (left_directions k_maj k_min) /\
  orthonormal N (k - 1) (right_directions k_maj k_min y n rho) /\
  (forall i j, (i < k)%nat -> (j < N)%nat -> labels k_maj k_min y i j
     = sum (k - 1) (fun c => left_directions k_maj k_min i c * sigma c * right_directions k_maj k_min y n rho j c)) /\
  (forall c, 0 < sigma c) /\
  sigma 0%nat * sigma 0%nat = n * (INR k_maj + INR k_min * rho) / INR k /\
  (forall c, (1 <= c < k_maj)%nat -> sigma c * sigma c = rho * n) /\
  (forall c, (k_maj <= c < k - 1)%nat -> sigma c * sigma c = n).
Proof. intros [Hp [Hq [Hn [Hr [Hy HC]]]]]. exact (step_singular_values k_maj k_min N y n rho Hp Hq Hn Hr Hy HC). Qed.

(* 2. V^T Omega V = diag(lambda), lambda being the weight of the group, and for the contrast the mean of both weights in proportion to
      what each group adds to sigma^2. *)
Theorem effective_weights k_maj k_min N n rho y gamma : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  let V := right_directions k_maj k_min y n rho in
  let w_maj := Rpower (rho * n) (- gamma) in
  let w_min := Rpower n (- gamma) in
  forall a c, (a < k - 1)%nat -> (c < k - 1)%nat ->
  mul N (mul N (tr V) (weight_matrix k_maj y n rho gamma)) V a c
  = if Nat.eqb c a then
      match c with
      | O => (INR k_min * (rho * n) * w_maj + INR k_maj * n * w_min) / (INR k_min * (rho * n) + INR k_maj * n)
      | S _ => if Nat.ltb c k_maj then w_maj else w_min
      end
    else 0.
Proof.
  intros [Hp [Hq [Hn [Hr [Hy HC]]]]] k V w_maj w_min a c Ha Hc.
  rewrite (step_effective_weights k_maj k_min N y (rho * n) n Hp Hq ltac:(nra) Hn Hy HC _ a c Ha Hc).
  destruct (Nat.eqb c a); [|reflexivity]. destruct c; [reflexivity|]. unfold step_lambda, majority, power_weight.
  destruct (Nat.ltb (S c) k_maj); reflexivity.
Qed.

(* 3. One mode: the equation s' = 2 lambda s (sigma - s) has from s0 in (0, sigma) one solution, the logistic one, which increases to
      sigma and is half of it at one time. *)
Theorem logistic_mode sigma lambda s0 : 0 < sigma -> 0 < lambda -> 0 < s0 < sigma ->
  let logistic t := sigma / (1 + (sigma / s0 - 1) * exp (-2 * sigma * lambda * t)) in
  logistic 0 = s0 /\
  (forall t, is_derive logistic t (2 * lambda * logistic t * (sigma - logistic t))) /\
  (forall f : R -> R, f 0 = s0 -> (forall t, 0 <= t -> is_derive f t (2 * lambda * f t * (sigma - f t))) ->
     forall t, 0 <= t -> f t = logistic t) /\
  (forall t u, t < u -> logistic t < logistic u) /\
  is_lim logistic p_infty sigma /\
  (forall t, logistic t = sigma / 2 <-> t = ln (sigma / s0 - 1) / (2 * sigma * lambda)).
Proof.
  intros Hs Hl H0. split; [apply s_initial; assumption|]. split; [intros t; apply s_ode; assumption|].
  split; [intros f F0 F; apply s_unique; assumption|]. split; [intros t u; apply s_increasing; assumption|].
  split; [apply s_limit; assumption|]. intros t.
  split; [apply t_half_unique; assumption | intros ->; apply s_at_t_half; assumption].
Qed.

(* 4. Decoupling.  Whatever follows the projected weighted flow from a spectral start with amplitudes s0 c < sigma_c has logits
      U diag(s) V^T, s the logistic amplitudes with rates sigma lambda; and there is such a flow. *)
Theorem modes_decouple k_maj k_min N d n rho y gamma Q s0 : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  let sigma := singular_value k_maj k_min n rho in
  let lambda := effective_weight k_maj k_min n rho gamma in
  orthonormal d (k - 1) Q -> (forall c, (c < k - 1)%nat -> 0 < s0 c < sigma c) ->
  (exists W H, projected_flow k_maj k_min N d y n rho gamma W H /\
     starts_at k_maj k_min N d y n rho Q (fun c => sqrt (s0 c)) W H) /\
  forall W H, projected_flow k_maj k_min N d y n rho gamma W H ->
    starts_at k_maj k_min N d y n rho Q (fun c => sqrt (s0 c)) W H ->
    forall t i j, 0 <= t -> (i < k)%nat -> (j < N)%nat -> mul d (W t) (H t) i j
      = sum (k - 1) (fun c => left_directions k_maj k_min i c
          * (sigma c / (1 + (sigma c / s0 c - 1) * exp (-2 * sigma c * lambda c * t)))
          * right_directions k_maj k_min y n rho j c).
Proof.
  intros [Hp [Hq [Hn [Hr [Hy HC]]]]] k sigma lambda HQ Hs. assert (Hm : 0 < rho * n) by nra.
  assert (Hom : forall b, 0 < class_weight n rho gamma b) by (intros b; apply exp_pos). split.
  - eexists _, _. exact (projected_step_exists k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ _ s0 Hom Hs).
  - intros W H F S0 t i j Ht Hi Hj.
    exact (projected_step_decoupled k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ _ s0 W H Hom Hs F S0 t Ht i j Hi Hj).
Qed.

(* 5. The headline.  Equal halves, h >= 2 classes each.  Let W, H follow the projected flow with weights n_c^(-1/2), and W', H' the
      vanilla flow, from the spectral start e^(-delta), for every delta from some delta_0 on.  As delta grows, in the time t = delta tau,
      mode c is learned at 1 / (sigma_c lambda_c) and 1 / sigma_c: the fraction learned tends to 0 before and to 1 after, and the first
      time it is one half, over delta, tends there.  The relative window of these times, the largest T_a / T_c - 1, is
      sqrt (2 (rho + 1)) / (sqrt rho + 1) - 1 < sqrt 2 - 1 with the weights, for every rho, and sqrt rho - 1 without. *)
Theorem reweighting_bounds_the_window h N d n rho y Q delta_0 (W H W' H' : R -> R -> nat -> nat -> R) :
  STEP h h N n rho y -> (2 <= h)%nat -> orthonormal d (h + h - 1) Q ->
  let sigma := singular_value h h n rho in
  let lambda := effective_weight h h n rho (1 / 2) in
  (forall delta, delta_0 <= delta -> projected_flow h h N d y n rho (1 / 2) (W delta) (H delta) /\
     starts_at h h N d y n rho Q (fun _ => exp (- delta)) (W delta) (H delta)) ->
  (forall delta, delta_0 <= delta -> vanilla_flow h h N d y (W' delta) (H' delta) /\
     starts_at h h N d y n rho Q (fun _ => exp (- delta)) (W' delta) (H' delta)) ->
  (forall c, (c < h + h - 1)%nat ->
     learned_at (fun delta => fraction h h N d y n rho (W delta) (H delta) c) (1 / (sigma c * lambda c))) /\
  (forall c, (c < h + h - 1)%nat ->
     learned_at (fun delta => fraction h h N d y n rho (W' delta) (H' delta) c) (1 / sigma c)) /\
  is_relative_window (h + h - 1) (fun c => 1 / (sigma c * lambda c)) (sqrt (2 * (rho + 1)) / (sqrt rho + 1) - 1) /\
  sqrt (2 * (rho + 1)) / (sqrt rho + 1) - 1 < sqrt 2 - 1 /\
  is_relative_window (h + h - 1) (fun c => 1 / sigma c) (sqrt rho - 1).
Proof.
  intros [Hp [_ [Hn [Hr [Hy HC]]]]] H2 HQ sigma lambda F F'. assert (Hm : 0 < rho * n) by nra.
  assert (Hom : forall b, 0 < class_weight n rho (1 / 2) b) by (intros b; apply exp_pos).
  assert (E : rho * n / n = rho) by (field; lra).
  assert (S0 : INR h / INR (h + h) = 1 / 2) by (rewrite plus_INR; pose proof (lt_0_INR h Hp); field; lra).
  assert (T1 : forall c, learning_time (sigma c) 1 = 1 / sigma c) by (intros c; unfold learning_time; rewrite Rmult_1_r; reflexivity).
  split; [|split; [|split; [|split]]].
  - intros c Hc. exact (projected_step_learned h h N d y (rho * n) n Q Hp Hp Hm Hn Hy HC HQ _ W H delta_0 c Hom F Hc).
  - intros c Hc. rewrite <- T1. exact (vanilla_step_learned h h N d y (rho * n) n Q Hp Hp Hm Hn Hy HC HQ W' H' delta_0 c F' Hc).
  - pose proof (step_window h h (rho * n) n Hp Hp Hm Hn (1 / 2) H2 H2) as B.
    rewrite E, S0, window_split_is_window, window_half_is_win in B by lra. exact B.
  - apply win_lt_sqrt2. lra.
  - pose proof (step_window_vanilla h h (rho * n) n Hp Hp Hm Hn ltac:(nra) H2 H2) as B. rewrite E in B.
    apply (relative_window_ext _ _ _ _ (fun c _ => T1 c) B).
Qed.

(* There are such flows: what is said of them is said of something. *)
Theorem such_flows_exist h N d n rho y Q : STEP h h N n rho y -> orthonormal d (h + h - 1) Q ->
  exists (W H W' H' : R -> R -> nat -> nat -> R) delta_0, forall delta, delta_0 <= delta ->
  (projected_flow h h N d y n rho (1 / 2) (W delta) (H delta) /\
   starts_at h h N d y n rho Q (fun _ => exp (- delta)) (W delta) (H delta)) /\
  (vanilla_flow h h N d y (W' delta) (H' delta) /\
   starts_at h h N d y n rho Q (fun _ => exp (- delta)) (W' delta) (H' delta)).
Proof.
  intros [Hp [_ [Hn [Hr [Hy HC]]]]] HQ. assert (Hm : 0 < rho * n) by nra.
  apply (step_families_exist h h N d y (rho * n) n Q Hp Hp Hm Hn Hy HC HQ). intros b. apply exp_pos.
Qed.

(* 6. Any split.  With the weights n_c^(-1/2) no two learning times are further apart than 1 / sqrt (k_min / k) - 1, whatever rho;
      without weights the window is sqrt rho - 1, whatever the split (two classes in each group, so that all modes exist), and no
      constant bounds it. *)
Theorem any_split k_maj k_min N n rho y : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  let sigma := singular_value k_maj k_min n rho in
  let T c := 1 / (sigma c * effective_weight k_maj k_min n rho (1 / 2) c) in
  (forall a c, (a < k - 1)%nat -> (c < k - 1)%nat -> T a / T c - 1 < / sqrt (INR k_min / INR k) - 1) /\
  ((2 <= k_maj)%nat -> (2 <= k_min)%nat -> is_relative_window (k - 1) (fun c => 1 / sigma c) (sqrt rho - 1)) /\
  forall B, exists rho', 1 <= rho' /\ B < sqrt rho' - 1.
Proof.
  intros [Hp [Hq [Hn [Hr _]]]] k sigma T. assert (Hm : 0 < rho * n) by nra. assert (Hl : n <= rho * n) by nra.
  split; [|split].
  - intros a c _ _. exact (step_window_half_below k_maj k_min (rho * n) n Hp Hq Hm Hn a c Hl).
  - intros H2 H3. pose proof (step_window_vanilla k_maj k_min (rho * n) n Hp Hq Hm Hn Hl H2 H3) as B.
    replace (rho * n / n) with rho in B by (field; lra).
    refine (relative_window_ext _ _ _ _ _ B). intros c _. unfold learning_time. rewrite Rmult_1_r. reflexivity.
  - intros B. destruct (vanilla_window_unbounded B) as [x [Hx L]]. exists x. rewrite vanilla_window in L by exact Hx. auto.
Qed.

(* 7. The bound is the best, the weights n_c^(-gamma) of another exponent do worse at every rho > 1, and have no bound. *)
Theorem one_half_is_best :
  let window_half rho := sqrt (2 * (rho + 1)) / (sqrt rho + 1) - 1 in
  (forall rho, 1 <= rho -> window rho (1 / 2) = window_half rho) /\
  window_half 1 = 0 /\
  (forall rho rho', 1 <= rho < rho' -> window_half rho < window_half rho') /\
  (forall rho, 1 <= rho -> window_half rho < sqrt 2 - 1) /\
  is_lim window_half p_infty (sqrt 2 - 1) /\
  (forall rho gamma, 1 < rho -> gamma <> 1 / 2 -> window rho (1 / 2) < window rho gamma) /\
  (forall gamma, (exists B, forall rho, 1 <= rho -> window rho gamma <= B) <-> gamma = 1 / 2).
Proof.
  intros window_half. split; [exact window_half_is_win|]. split; [exact win_at_1|].
  split; [intros rho rho' [H1 H2]; apply win_increasing; assumption|].
  split; [intros rho Hr; apply win_lt_sqrt2; lra|]. split; [exact win_limit|].
  split; [exact half_minimises_window | exact window_bounded_iff_half].
Qed.

(* 8. Vanilla training learns the majority first, then the contrast, then the minority: for rho > 1, any split, and at every scale with
      sigma_min e^(2 delta) >= 5, by the first times at which half of a mode is learned. *)
Theorem majority_first k_maj k_min N d n rho y Q delta W H : STEP k_maj k_min N n rho y -> 1 < rho ->
  let k := (k_maj + k_min)%nat in
  orthonormal d (k - 1) Q -> 5 <= sqrt n * exp (2 * delta) ->
  vanilla_flow k_maj k_min N d y W H -> starts_at k_maj k_min N d y n rho Q (fun _ => exp (- delta)) W H ->
  exists t_maj t_con t_min, t_maj < t_con < t_min /\
    (forall c, (1 <= c < k_maj)%nat -> first_half (fraction k_maj k_min N d y n rho W H c) t_maj) /\
    first_half (fraction k_maj k_min N d y n rho W H 0%nat) t_con /\
    (forall c, (k_maj <= c < k - 1)%nat -> first_half (fraction k_maj k_min N d y n rho W H c) t_min).
Proof.
  intros [Hp [Hq [Hn [_ [Hy HC]]]]] Hr k HQ H5 F S0. assert (Hm : 0 < rho * n) by nra. assert (Hl : n < rho * n) by nra.
  exact (vanilla_step_order k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ W H delta Hl H5 F S0).
Qed.

(* 9. Without the projection.  The weighted flow itself, weights mu n_c^(-1/2), from the scaled start sqrt (sigma e^(-2 delta)): modes
      within the groups are half learned at one time T, the contrast first at some t_con between T and T / sqrt (k_min / k); so the
      window of these times is at least 0 and below 1 / sqrt (k_min / k) - 1, which for equal halves is sqrt 2 - 1. *)
Theorem window_of_the_exact_flow k_maj k_min N d n rho y Q mu delta W H : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  let share := INR k_min / INR k in
  let T := ln (exp (2 * delta) - 1) / 2 / mu in
  orthonormal d (k - 1) Q -> 0 < mu -> ln 2 / 2 < delta ->
  step_flow k_maj k_min N d y (fun b => mu / sqrt (if b then rho * n else n)) W H ->
  starts_at k_maj k_min N d y n rho Q (fun c => sqrt (singular_value k_maj k_min n rho c * exp (-2 * delta))) W H ->
  (forall c, (0 < c < k - 1)%nat -> first_half (fraction k_maj k_min N d y n rho W H c) T) /\
  exists t_con, first_half (fraction k_maj k_min N d y n rho W H 0%nat) t_con /\
    T <= t_con < T / sqrt share /\ 0 <= relative_spread T t_con T < / sqrt share - 1.
Proof.
  intros [Hp [Hq [Hn [Hr [Hy HC]]]]] k share T HQ Hmu Hd F S0. assert (Hm : 0 < rho * n) by nra. assert (Hl : n <= rho * n) by nra.
  exact (exact_window_of_the_flow k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ mu delta W H Hl Hmu Hd F S0).
Qed.

(* 10. In the end nothing is left of the weights.  The weighted flow with weights n_c^(-gamma), any gamma, and the flow without
       (gamma' = 0), or with any other gamma', from one spectral start: both fit the labels, and no entry of either layer and no logit
       differs in the limit. *)
Theorem weights_leave_no_trace k_maj k_min N d n rho y Q w0 gamma gamma' W H W' H' : STEP k_maj k_min N n rho y ->
  let k := (k_maj + k_min)%nat in
  orthonormal d (k - 1) Q ->
  (forall c, (c < k - 1)%nat -> 0 < w0 c /\ w0 c * w0 c < singular_value k_maj k_min n rho c) ->
  weighted_flow k_maj k_min N d y n rho gamma W H -> weighted_flow k_maj k_min N d y n rho gamma' W' H' ->
  starts_at k_maj k_min N d y n rho Q w0 W H -> starts_at k_maj k_min N d y n rho Q w0 W' H' ->
  converges k N (fun t => mul d (W t) (H t)) (labels k_maj k_min y) /\
  converges k N (fun t => mul d (W' t) (H' t)) (labels k_maj k_min y) /\
  converges k d (fun t i l => W t i l - W' t i l) (fun _ _ => 0) /\
  converges d N (fun t l j => H t l j - H' t l j) (fun _ _ => 0) /\
  converges k N (fun t i j => mul d (W t) (H t) i j - mul d (W' t) (H' t) i j) (fun _ _ => 0).
Proof.
  intros [Hp [Hq [Hn [Hr [Hy HC]]]]] k HQ Hw0 F F' S0 S0'. assert (Hm : 0 < rho * n) by nra.
  assert (Hom : forall g b, 0 < class_weight n rho g b) by (intros g b; apply exp_pos).
  assert (Hw : forall c, (0 < c < k - 1)%nat -> 0 < w0 c /\ w0 c * w0 c < singular_value k_maj k_min n rho c) by (intros; apply Hw0; lia).
  assert (P0 : 0 < w0 0%nat) by (apply Hw0; unfold k; lia).
  split; [exact (step_flow_interpolates k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ _ w0 W H (Hom gamma) Hw F S0 P0)|].
  split; [exact (step_flow_interpolates k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ _ w0 W' H' (Hom gamma') Hw F' S0' P0)|].
  exact (StepFlow.weights_leave_no_trace k_maj k_min N d y (rho * n) n Q Hp Hq Hm Hn Hy HC HQ _ _ w0 W H W' H'
    (Hom gamma) (Hom gamma') P0 Hw F F' S0 S0').
Qed.

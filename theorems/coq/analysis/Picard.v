(* Systems x_i' = F_i(x), i in a finite list, F bounded and Lipschitz: a solution for all t >= 0, from any start.

   Picard's iterates x^(m+1)(t) = x(0) + integral of F(x^m) from 0 to t converge: two in turn differ by at most
   B 2^-m exp (L t), L = 2 K n + 1, as the integral of exp (L s) from 0 to t is less than exp (L t) / L.
   For t < 0 they are straight lines, so derivatives at 0 are of both sides.

   Hypotheses: |F_i| <= B and |F_i(x) - F_i(y)| <= K sum |x_j - y_j| for all x and y, n entries.
   Computed by: nothing; used by Existence.v.
   Source: this project (the method is Picard's and Lindelof's). *)
From Coq Require Import Reals Lra Lia List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import Comparison Systems.
Import ListNotations.
Open Scope R_scope.

(* What varies at most like |s - t| is continuous, and can be integrated. *)
Lemma lipschitz_continuous (f : R -> R) c : (forall s t, Rabs (f s - f t) <= c * Rabs (s - t)) -> forall t, continuous f t.
Proof.
  intros H t. apply continuity_pt_filterlim. intros eps He.
  pose proof (Rabs_pos c) as Hc. exists (eps / (Rabs c + 1)). split; [apply Rdiv_lt_0_compat; lra|].
  intros s [_ Hs]. simpl in *. unfold R_dist in *. apply Rle_lt_trans with (1 := H s t).
  pose proof (Rabs_pos (s - t)). pose proof (Rle_abs c).
  apply Rlt_div_r in Hs; [|lra]. nra.
Qed.

Lemma primitive (f : R -> R) c : (forall t, continuous f t) ->
  forall t, is_derive (fun u => c + RInt f 0 u) t (f t).
Proof.
  intros H t. replace (f t) with (0 + f t) by ring.
  apply (is_derive_plus (fun _ => c) (fun u => RInt f 0 u)); [apply (is_derive_const c t)|].
  apply (is_derive_RInt f _ 0 t); [|apply H]. apply filter_forall. intros u.
  apply (RInt_correct f 0 u), (ex_RInt_continuous f). intros z _. apply H.
Qed.

Lemma primitive_0 (f : R -> R) c : c + RInt f 0 0 = c.
Proof. rewrite (RInt_point 0 f). unfold zero; simpl. ring. Qed.

(* A function that starts at zero and changes more slowly than another that does not start below zero. *)
Lemma growth_bound (f df g dg : R -> R) T : 0 <= T -> f 0 = 0 -> 0 <= g 0 ->
  (forall t, 0 <= t <= T -> is_derive f t (df t)) -> (forall t, 0 <= t <= T -> is_derive g t (dg t)) ->
  (forall t, 0 <= t <= T -> Rabs (df t) <= dg t) -> Rabs (f T) <= g T.
Proof.
  intros HT F0 G0 Df Dg B. apply Rabs_le.
  assert (L1 : g 0 - f 0 <= g T - f T).
  { apply (nondecreasing (fun t => g t - f t) (fun t => dg t - df t) T HT).
    - intros t Ht. apply (is_derive_minus g f); [apply Dg | apply Df]; exact Ht.
    - intros t Ht. pose proof (B t Ht). pose proof (Rle_abs (df t)). lra. }
  assert (L2 : g 0 + f 0 <= g T + f T).
  { apply (nondecreasing (fun t => g t + f t) (fun t => dg t + df t) T HT).
    - intros t Ht. apply (is_derive_plus g f); [apply Dg | apply Df]; exact Ht.
    - intros t Ht. pose proof (B t Ht). pose proof (Rle_abs (- df t)) as A. rewrite Rabs_Ropp in A. lra. }
  lra.
Qed.

Lemma max_lipschitz s t : Rabs (Rmax s 0 - Rmax t 0) <= Rabs (s - t).
Proof. unfold Rmax. destruct (Rle_dec s 0), (Rle_dec t 0); unfold Rabs; repeat destruct Rcase_abs; lra. Qed.

Section Picard.
Context {I : Type}.
Variables (l : list I) (F : (I -> R) -> I -> R) (x0 : I -> R).

Fixpoint picard (m : nat) (i : I) (t : R) : R :=
  match m with
  | O => x0 i
  | S m => x0 i + RInt (fun s => F (fun j => picard m j (Rmax s 0)) i) 0 t
  end.
Definition limit (i : I) (t : R) : R := real (Lim_seq (fun m => picard m i t)).
(* The solution: the limit for t >= 0, and straight before. *)
Definition solution (i : I) (t : R) : R := x0 i + RInt (fun s => F (fun j => limit j (Rmax s 0)) i) 0 t.

Variables (K B : R).
Hypotheses (HK : 0 <= K) (HB : 0 <= B).
Hypothesis lipschitz : forall x y i, In i l -> Rabs (F x i - F y i) <= K * total l (fun j => Rabs (x j - y j)).
Hypothesis bounded : forall x i, In i l -> Rabs (F x i) <= B.
Let n := INR (length l).
Let L := 2 * K * n + 1.

Lemma L_pos : 0 <= n /\ 1 <= L.
Proof.
  assert (0 <= n) by apply pos_INR. split; [assumption|]. unfold L.
  assert (0 <= K * n) by (apply Rmult_le_pos; assumption). lra.
Qed.

(* The field along a path that is Lipschitz in time, for t >= 0. *)
Lemma along_continuous (x : I -> R -> R) c : (forall j s t, In j l -> Rabs (x j s - x j t) <= c * Rabs (s - t)) -> 0 <= c ->
  forall i, In i l -> forall t, continuous (fun s => F (fun j => x j (Rmax s 0)) i) t.
Proof.
  intros H Hc i Hi. apply (lipschitz_continuous _ (K * (n * c))). intros s t.
  apply Rle_trans with (1 := lipschitz _ _ i Hi). rewrite Rmult_assoc. apply Rmult_le_compat_l; [exact HK|].
  unfold n. rewrite Rmult_assoc, <- total_const. apply total_le. intros j Hj.
  apply Rle_trans with (1 := H j _ _ Hj), Rmult_le_compat_l; [exact Hc | apply max_lipschitz].
Qed.

Lemma path_lipschitz (x : I -> R -> R) i : In i l -> (forall j s t, In j l -> Rabs (x j s - x j t) <= B * Rabs (s - t)) ->
  forall s t, Rabs (x0 i + RInt (fun s => F (fun j => x j (Rmax s 0)) i) 0 s
                    - (x0 i + RInt (fun s => F (fun j => x j (Rmax s 0)) i) 0 t)) <= B * Rabs (s - t).
Proof.
  intros Hi H s t.
  apply (bounded_variation (fun u => x0 i + RInt (fun s => F (fun j => x j (Rmax s 0)) i) 0 u)
    (fun u => F (fun j => x j (Rmax u 0)) i)). intros u _. split; [|apply bounded, Hi].
  apply primitive. apply (along_continuous x B H HB i Hi).
Qed.

Lemma picard_lipschitz m : forall i s t, In i l -> Rabs (picard m i s - picard m i t) <= B * Rabs (s - t).
Proof.
  induction m as [|m IH]; intros i s t Hi.
  - simpl. rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; [exact HB | apply Rabs_pos].
  - apply (path_lipschitz (picard m) i Hi IH).
Qed.

Lemma picard_derive m i t : In i l -> is_derive (picard (S m) i) t (F (fun j => picard m j (Rmax t 0)) i).
Proof. intros Hi. apply primitive, (along_continuous (picard m) B (picard_lipschitz m) HB i Hi). Qed.

Lemma picard_0 m i : picard m i 0 = x0 i.
Proof. destruct m; [reflexivity | apply primitive_0]. Qed.

(* How much two iterates differ at most. *)
Let gap (m : nat) (t : R) : R := B * (/ 2) ^ m * exp (L * t).

Lemma gap_derive m t : is_derive (gap m) t (L * gap m t).
Proof. unfold gap. auto_derive; [exact Logic.I | ring]. Qed.

Lemma gap_pos m t : 0 <= gap m t.
Proof. repeat apply Rmult_le_pos; [exact HB | apply pow_le; lra | left; apply exp_pos]. Qed.

Lemma gap_S m t : gap (S m) t = gap m t / 2.
Proof. unfold gap. simpl. field. Qed.

(* If two paths differ by at most a multiple of a gap, the paths of their fields differ by half of it. *)
Lemma contraction (x y X Y : I -> R -> R) c m : 0 <= c ->
  (forall i, In i l -> X i 0 = Y i 0) ->
  (forall i t, In i l -> is_derive (X i) t (F (fun j => x j (Rmax t 0)) i)) ->
  (forall i t, In i l -> is_derive (Y i) t (F (fun j => y j (Rmax t 0)) i)) ->
  (forall i t, In i l -> 0 <= t -> Rabs (x i t - y i t) <= c * gap m t) ->
  forall i t, In i l -> 0 <= t -> Rabs (X i t - Y i t) <= c * gap (S m) t.
Proof.
  intros Hc H0 DX DY H i t Hi Ht. pose proof L_pos as [Hn HL].
  apply (growth_bound (fun s => X i s - Y i s) (fun s => F (fun j => x j (Rmax s 0)) i - F (fun j => y j (Rmax s 0)) i)
    (fun s => c * gap (S m) s) (fun s => c * (L * gap (S m) s)) t Ht).
  - rewrite (H0 i Hi). ring.
  - apply Rmult_le_pos; [exact Hc | apply gap_pos].
  - intros s _. apply (is_derive_minus (X i) (Y i)); auto.
  - intros s _. apply is_derive_scal, gap_derive.
  - intros s Hs. apply Rle_trans with (1 := lipschitz _ _ i Hi). rewrite Rmax_left by lra.
    apply Rle_trans with (K * (n * (c * gap m s))).
    + apply Rmult_le_compat_l; [exact HK|]. unfold n. rewrite <- total_const. apply total_le. intros j Hj. apply H; [exact Hj | lra].
    + rewrite gap_S. pose proof (Rmult_le_pos c (gap m s) Hc (gap_pos m s)) as P.
      replace (c * (L * (gap m s / 2))) with (L / 2 * (c * gap m s)) by field.
      rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [exact P|]. unfold L. lra.
Qed.

Lemma picard_step m : forall i t, In i l -> 0 <= t -> Rabs (picard (S m) i t - picard m i t) <= gap m t.
Proof.
  induction m as [|m IH]; intros i t Hi Ht.
  - pose proof L_pos as [_ HL].
    apply (growth_bound (fun s => picard 1 i s - picard 0 i s) (fun s => F (fun j => picard 0 j (Rmax s 0)) i - 0)
      (gap 0) (fun s => L * gap 0 s) t Ht).
    + rewrite !picard_0. ring.
    + apply gap_pos.
    + intros s _. apply (is_derive_minus (picard 1 i) (picard 0 i)); [apply picard_derive, Hi | apply (is_derive_const (x0 i) s)].
    + intros s _. apply gap_derive.
    + intros s Hs. rewrite Rminus_0_r. apply Rle_trans with (1 := bounded _ i Hi). unfold gap. rewrite pow_O, Rmult_1_r.
      pose proof (exp_ineq1_le (L * s)) as X. assert (0 <= L * s) by (apply Rmult_le_pos; lra).
      assert (B * 1 <= B * exp (L * s)) by (apply Rmult_le_compat_l; lra).
      assert (1 * (B * exp (L * s)) <= L * (B * exp (L * s))) by (apply Rmult_le_compat_r; lra). lra.
  - rewrite <- (Rmult_1_l (gap (S m) t)).
    apply (contraction (picard (S m)) (picard m) (picard (S (S m))) (picard (S m)) 1 m); try assumption; try lra.
    + intros j _. rewrite !picard_0. reflexivity.
    + intros j s Hj. apply picard_derive, Hj.
    + intros j s Hj. apply picard_derive, Hj.
    + intros j s Hj Hs. rewrite Rmult_1_l. apply IH; assumption.
Qed.

Lemma picard_far m p i t : In i l -> 0 <= t -> Rabs (picard (m + p) i t - picard m i t) <= 2 * (gap m t - gap (m + p) t).
Proof.
  intros Hi Ht. induction p as [|p IH].
  - rewrite Nat.add_0_r, !Rminus_eq_0, Rabs_R0. lra.
  - rewrite Nat.add_succ_r. pose proof (picard_step (m + p) i t Hi Ht) as A. rewrite gap_S.
    replace (picard (S (m + p)) i t - picard m i t)
      with ((picard (S (m + p)) i t - picard (m + p) i t) + (picard (m + p) i t - picard m i t)) by ring.
    apply Rle_trans with (1 := Rabs_triang _ _). lra.
Qed.

Lemma gap_to_0 c t eps : 0 < eps -> exists m, c * gap m t < eps.
Proof.
  intros He.
  assert (H : is_lim_seq (fun m => c * gap m t) 0).
  { apply (is_lim_seq_ext (fun m => c * B * exp (L * t) * (/ 2) ^ m)); [intros m; unfold gap; ring|].
    replace (Finite 0) with (Rbar_mult (c * B * exp (L * t)) 0) by (simpl; f_equal; ring).
    apply is_lim_seq_scal_l, is_lim_seq_geom. rewrite Rabs_right; lra. }
  apply is_lim_seq_spec in H. destruct (H (mkposreal eps He)) as [m Hm]. exists m.
  pose proof (Hm m (Nat.le_refl m)) as A. simpl in A. rewrite Rminus_0_r in A. pose proof (Rle_abs (c * gap m t)). lra.
Qed.

Lemma picard_limit i t : In i l -> 0 <= t -> is_lim_seq (fun m => picard m i t) (limit i t).
Proof.
  intros Hi Ht. apply Lim_seq_correct', ex_lim_seq_cauchy_corr. intros eps.
  destruct (gap_to_0 4 t eps (cond_pos eps)) as [N HN]. exists N.
  assert (A : forall a, (N <= a)%nat -> Rabs (picard a i t - picard N i t) <= 2 * gap N t).
  { intros a Ha. replace a with (N + (a - N))%nat by lia. apply Rle_trans with (1 := picard_far N _ i t Hi Ht).
    pose proof (gap_pos (N + (a - N)) t). lra. }
  intros a b Ha Hb. pose proof (A a Ha) as Aa. pose proof (A b Hb) as Ab. rewrite Rabs_minus_sym in Ab.
  replace (picard a i t - picard b i t) with ((picard a i t - picard N i t) + (picard N i t - picard b i t)) by ring.
  apply Rle_lt_trans with (1 := Rabs_triang _ _). lra.
Qed.

Lemma limit_near m i t : In i l -> 0 <= t -> Rabs (picard m i t - limit i t) <= 2 * gap m t.
Proof.
  intros Hi Ht. rewrite Rabs_minus_sym.
  apply (is_lim_seq_le (fun p => Rabs (picard (p + m) i t - picard m i t)) (fun _ => 2 * gap m t)
    (Rabs (limit i t - picard m i t)) (2 * gap m t)).
  - intros p. rewrite Nat.add_comm. apply Rle_trans with (1 := picard_far m p i t Hi Ht). pose proof (gap_pos (m + p) t). lra.
  - apply (is_lim_seq_abs _ (limit i t - picard m i t)).
    apply is_lim_seq_minus'; [|apply is_lim_seq_const].
    apply (is_lim_seq_incr_n (fun p => picard p i t) m), picard_limit; assumption.
  - apply is_lim_seq_const.
Qed.

Lemma limit_lipschitz i s t : In i l -> 0 <= s -> 0 <= t -> Rabs (limit i s - limit i t) <= B * Rabs (s - t).
Proof.
  intros Hi Hs Ht.
  apply (is_lim_seq_le (fun m => Rabs (picard m i s - picard m i t)) (fun _ => B * Rabs (s - t))
    (Rabs (limit i s - limit i t)) (B * Rabs (s - t))).
  - intros m. apply picard_lipschitz, Hi.
  - apply (is_lim_seq_abs _ (limit i s - limit i t)), is_lim_seq_minus'; apply picard_limit; assumption.
  - apply is_lim_seq_const.
Qed.

(* The limit, continued as a constant before 0. *)
Let held (i : I) (t : R) : R := limit i (Rmax t 0).

Lemma held_lipschitz j s t : In j l -> Rabs (held j s - held j t) <= B * Rabs (s - t).
Proof.
  intros Hj. apply Rle_trans with (1 := limit_lipschitz j _ _ Hj (Rmax_r _ _) (Rmax_r _ _)).
  apply Rmult_le_compat_l; [exact HB | apply max_lipschitz].
Qed.

Lemma solution_derive_held i t : In i l -> is_derive (solution i) t (F (fun j => limit j (Rmax t 0)) i).
Proof.
  intros Hi. apply primitive. intros s.
  apply (continuous_ext (fun s => F (fun j => held j (Rmax s 0)) i)).
  - intros u. unfold held. rewrite (Rmax_left (Rmax u 0) 0) by apply Rmax_r. reflexivity.
  - apply (along_continuous held B held_lipschitz HB i Hi).
Qed.

Lemma solution_is_limit i t : In i l -> 0 <= t -> solution i t = limit i t.
Proof.
  intros Hi Ht. apply Rminus_diag_uniq. destruct (Req_dec (solution i t - limit i t) 0) as [|N]; [assumption|exfalso].
  destruct (gap_to_0 3 t _ (Rabs_pos_lt _ N)) as [m Hm]. apply (Rlt_not_le _ _ Hm).
  replace (solution i t - limit i t) with (- (picard (S m) i t - solution i t) + (picard (S m) i t - limit i t)) by ring.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rabs_Ropp.
  pose proof (limit_near (S m) i t Hi Ht) as A. rewrite gap_S in A.
  assert (C : Rabs (picard (S m) i t - solution i t) <= 2 * gap (S m) t).
  { apply (contraction (picard m) limit (picard (S m)) solution 2 m); try assumption; try lra.
    - intros j _. rewrite picard_0. symmetry. apply primitive_0.
    - intros j s Hj. apply picard_derive, Hj.
    - intros j s Hj. apply solution_derive_held, Hj.
    - intros j s Hj Hs. apply limit_near; assumption. }
  rewrite gap_S in C. pose proof (gap_pos m t). lra.
Qed.

(* A bounded Lipschitz field has a solution for all t >= 0, from any start. *)
Theorem bounded_field_solution :
  (forall i, solution i 0 = x0 i) /\
  (forall i t, In i l -> 0 <= t -> is_derive (solution i) t (F (fun j => solution j t) i)).
Proof.
  split; [intros i; apply primitive_0|]. intros i t Hi Ht.
  replace (F (fun j => solution j t) i) with (F (fun j => limit j (Rmax t 0)) i); [apply solution_derive_held, Hi|].
  rewrite Rmax_left by lra. apply Rminus_diag_uniq. apply Rabs_eq_0, Rle_antisym; [|apply Rabs_pos].
  apply Rle_trans with (1 := lipschitz _ _ i Hi).
  apply Rle_trans with (K * total l (fun _ => 0)); [|rewrite total_const; lra].
  apply Rmult_le_compat_l; [exact HK|]. apply total_le. intros j Hj.
  rewrite solution_is_limit, Rminus_eq_0, Rabs_R0 by assumption. lra.
Qed.
End Picard.
